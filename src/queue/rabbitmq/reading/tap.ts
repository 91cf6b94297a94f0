import { randomBytes } from 'node:crypto';
import { plural } from '../../../plural.ts';
import { Condition, within } from '../../condition.ts';
import type { Doubt } from '../../doubt.ts';
import type { Drain, Positions, Reader, ReaderOptions, Stored } from '../../reader.ts';
import type { AmqpAddress } from '../../url/amqp-url.ts';
import { type RabbitmqClient, withChannel } from '../connection/client.ts';
import { describeRabbitmqError } from '../connection/errors.ts';
import { countQueue, type QueueCount } from '../connection/topology.ts';
import { makeBoundQueue } from './bound-queue.ts';
import { DeliveryCounter } from './deliveries.ts';
import { Markers } from './markers.ts';
import { Subscription, type UnansweredDelivery } from './subscription.ts';

/** Maximum number of messages that are delivered to the tap but not acknowledged. */
const PREFETCH = 1_000;
const DELETE_TIMEOUT_MS = 3_000;
const MAX_NAME_LENGTH = 100;
const RETRY_MS = 100;
/**
 * How long to wait until RabbitMQ counts all messages of a queue. After a restart, its count can be too low for a while.
 */
const COUNTS_WITHIN_MS = 5_000;
const COUNT_AGAIN_MS = 200;
const NO_POSITIONS: Positions = new Map();

/**
 * Opens a tap: a reader with its own queue, which is bound like the queue in the address. So the reader gets a copy of
 * every new message and removes none. The reader's queue must keep its messages when the connection is lost, so it is
 * neither exclusive nor auto-delete. It has the same type as the queue in the address, and so the same availability. It
 * has a single active consumer: a new connection gets no message before the broker has dropped the old one. Otherwise a
 * marker could arrive before earlier messages. An exclusive consumer would not help, because quorum queues ignore that
 * option.
 * @throws Error if the user lacks a permission; the first marker checks that before any message is sent
 */
export async function openTap(
  client: RabbitmqClient,
  address: AmqpAddress,
  options: ReaderOptions,
): Promise<Reader> {
  const name = options.name.slice(0, MAX_NAME_LENGTH);
  const queue = `qbl-tap-${name}-${randomBytes(9).toString('base64url')}`;
  const heldBefore = await client.withConnection(async (connection) => {
    const before = await countQueue(connection, address.queue);
    await makeBoundQueue(connection, address, queue);
    return before?.messageCount ?? 0;
  });
  const tap = new Tap(client, address, { queue, heldBefore }, options);
  try {
    await tap.begin();
    return tap;
  } catch (error) {
    await tap.close();
    throw error;
  }
}

interface TapQueue {
  readonly queue: string;
  /** Number of messages in the queue of the address before the tap was opened. */
  readonly heldBefore: number;
}

class Tap implements Reader {
  readonly start = NO_POSITIONS;
  readonly #client: RabbitmqClient;
  readonly #address: AmqpAddress;
  readonly #queue: string;
  readonly #heldBefore: number;
  readonly #options: ReaderOptions;
  readonly #subscription: Subscription;
  readonly #counter = new DeliveryCounter();
  readonly #changed = new Condition();
  readonly #markers: Markers;
  #lastMarkerSeen = 0;

  constructor(
    client: RabbitmqClient,
    address: AmqpAddress,
    { queue, heldBefore }: TapQueue,
    options: ReaderOptions,
  ) {
    this.#heldBefore = heldBefore;
    this.#client = client;
    this.#address = address;
    this.#queue = queue;
    this.#options = options;
    this.#markers = new Markers(client, queue);
    this.#subscription = new Subscription({
      client,
      queue,
      prefetch: PREFETCH,
      onArrivals: (arrivals) => this.#receive(arrivals),
      onConnection: () => this.#changed.notifyAll(),
    });
  }

  /**
   * Sends the first marker.
   * @throws Error if no marker can be sent, because the tap could not find the end of the queue
   */
  begin(): Promise<void> {
    return this.#markers.begin();
  }

  /**
   * Sends a marker and waits for its arrival. A queue delivers in order, so everything before the marker has been read
   * by then.
   */
  async drain(deadlineMs: number, signal: AbortSignal): Promise<Drain> {
    const isOver = () => signal.aborted || performance.now() >= deadlineMs;
    let obstacle = 'there was no time to look for the end of the queue';
    while (!isOver()) {
      try {
        const gone = this.#subscription.gone ?? (await this.#addressGone());
        if (gone !== null) return { complete: false, reason: gone, ends: NO_POSITIONS };
        const marker = await this.#markers.send(signal);
        await this.#untilSeen(marker, deadlineMs, signal);
        if (this.#lastMarkerSeen >= marker) return { complete: true, ends: NO_POSITIONS };
        const { state } = this.#subscription;
        const reason = state.kind === 'waiting' ? `: ${state.reason}` : '';
        obstacle = `the marker for the end of the queue did not arrive in time${reason}`;
      } catch (error) {
        obstacle = `the end of the queue is not known: ${describeRabbitmqError(error)}`;
        await this.#changed.wait(Math.min(RETRY_MS, deadlineMs - performance.now()), signal);
      }
    }
    return { complete: false, reason: obstacle, ends: NO_POSITIONS };
  }

  async queueId(): Promise<string | null> {
    return null;
  }

  /** Returns null, because AMQP does not report whether a policy limits the queue and removes messages. */
  async removedSince(): Promise<Doubt | null> {
    return null;
  }

  /**
   * Counts the messages that the queue of the address received. RabbitMQ reports a message as routed if only the tap
   * got it. So RabbitMQ does not report that the queue itself is not bound, or that a policy drops its messages. If a
   * policy rejects messages (reject-publish), RabbitMQ sends a nack although the tap got a copy.
   */
  async stored(expected: number): Promise<Stored> {
    const deadlineMs = performance.now() + COUNTS_WITHIN_MS;
    let stored = await this.#count();
    while (isTooFew(stored, expected) && performance.now() < deadlineMs) {
      await this.#changed.wait(COUNT_AGAIN_MS);
      stored = await this.#count();
    }
    return stored;
  }

  async #count(): Promise<Stored> {
    const { queue } = this.#address;
    let count: QueueCount | null;
    try {
      count = await this.#subscription.countOther(queue);
    } catch (error) {
      return {
        kind: 'unknown',
        text: `qbl cannot tell what the queue '${queue}' holds: ${describeRabbitmqError(error)}`,
      };
    }
    if (count === null) return { kind: 'unknown', text: `the queue '${queue}' no longer exists` };
    const { messageCount, consumerCount } = count;
    if (consumerCount > 0) return hidden(queue);
    const held = `had ${this.#heldBefore} before the run`;
    const text = `the queue '${queue}' has ${plural(messageCount, 'message')} and no consumer, and ${held}`;
    return { kind: 'counted', messages: messageCount - this.#heldBefore, text };
  }

  async close(): Promise<void> {
    await this.#subscription.close();
    await this.#markers.close();
    const queue = this.#queue;
    const deleting = this.#client.withConnection((connection) =>
      withChannel(connection, (channel) => channel.queueDelete({ queue })),
    );
    // If the broker is down, the tap's queue is deleted later, because it has an expiry time.
    await within(
      deleting.catch(() => {}),
      DELETE_TIMEOUT_MS,
      undefined,
    );
  }

  /**
   * Returns an explanation if the queue of the address no longer exists. The copies in the tap's own queue do
   * not show that.
   */
  async #addressGone(): Promise<string | null> {
    const { queue } = this.#address;
    return (await this.#subscription.countOther(queue)) === null
      ? `the queue '${queue}' no longer exists`
      : null;
  }

  async #untilSeen(marker: number, deadlineMs: number, signal: AbortSignal): Promise<void> {
    while (this.#lastMarkerSeen < marker && this.#subscription.gone === null) {
      if (signal.aborted || performance.now() >= deadlineMs) return;
      await this.#changed.wait(deadlineMs - performance.now(), signal);
    }
  }

  #receive(arrivals: readonly UnansweredDelivery[]): void {
    const deliveries = arrivals.flatMap((arrival) =>
      this.#markers.numberOf(arrival.message) === null ? [this.#counter.delivery(arrival)] : [],
    );
    if (deliveries.length > 0) this.#options.onDeliveries(deliveries);
    const markers = arrivals.map((arrival) => this.#markers.numberOf(arrival.message) ?? 0);
    this.#lastMarkerSeen = Math.max(this.#lastMarkerSeen, ...markers);
    arrivals.at(-1)?.ack(true);
    this.#changed.notifyAll();
  }
}

/**
 * Returns the result for a queue with consumers. The count of the queue proves nothing. It falls when consumers take
 * messages, and also when a length limit or TTL removes messages, which the tap cannot see.
 */
function hidden(queue: string): Stored {
  const text = `qbl cannot tell whether the queue '${queue}' itself received and kept each message: only copies were read, and consumers remove messages from the queue, so its count proves nothing. The queue may have no binding, or a length limit or TTL may have dropped messages. To prove what the queue delivered, process its messages with qbl consume --run ID, whose receipts verify reads`;
  return { kind: 'hidden', text };
}

/**
 * Whether to count again, because the count may still rise: some messages are missing, or the queue is missing or does
 * not answer.
 */
function isTooFew(stored: Stored, expected: number): boolean {
  return stored.kind === 'unknown' || (stored.kind === 'counted' && stored.messages < expected);
}
