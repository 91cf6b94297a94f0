import { randomBytes } from 'node:crypto';
import type { Connection } from 'rabbitmq-client';
import { plural } from '../../../plural.ts';
import { Condition, within } from '../../condition.ts';
import type { Doubt } from '../../doubt.ts';
import type { Drain, Positions, Reader, ReaderOptions, Stored } from '../../queue.ts';
import type { AmqpAddress } from '../../url/amqp-url.ts';
import { type RabbitmqClient, withChannel } from '../connection/client.ts';
import { describeRabbitmqError } from '../connection/errors.ts';
import { countQueue, durable, type QueueCount } from '../connection/topology.ts';
import { DeliveryCounter } from './deliveries.ts';
import { Markers } from './markers.ts';
import { Subscription, type UnansweredDelivery } from './subscription.ts';

/** Maximum number of messages in flight to the tap. */
const PREFETCH = 1_000;
/**
 * After this time without a reader, the broker deletes the tap's queue. A killed tap's queue would otherwise collect
 * copies forever. A reader that lost its connection normally reconnects earlier; if not, it reports that its queue no
 * longer exists.
 */
const EXPIRES_MS = 5 * 60_000;
const DELETE_TIMEOUT_MS = 3_000;
const MAX_NAME_LENGTH = 100;
const RETRY_MS = 100;
/** After a restart, a queue may not count all its messages at once. */
const COUNTS_WITHIN_MS = 5_000;
const COUNT_AGAIN_MS = 200;
const NO_POSITIONS: Positions = new Map();

/**
 * Opens a reader with its own queue, bound like the queue in the address. It gets a copy of every message published
 * from now on and removes none. Its queue must survive a lost connection with its content, so it is neither exclusive
 * nor auto-delete. It has the same type as the address's queue, so it is as available as that one. It has a single
 * active consumer: a new connection gets no message before the broker has dropped the old one. Otherwise a marker
 * could overtake messages. Quorum queues ignore exclusive consumers.
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

/** If binding fails, deletes the queue again. */
async function makeBoundQueue(connection: Connection, address: AmqpAddress, queue: string): Promise<void> {
  const { exchange, routingKey, queueType } = address;
  const { durable: isDurable, arguments: type } = durable(queueType);
  const own = { ...type, 'x-expires': EXPIRES_MS, 'x-single-active-consumer': true };
  await withChannel(connection, (channel) =>
    channel.queueDeclare({ queue, durable: isDurable, arguments: own }),
  );
  try {
    await withChannel(connection, (channel) => channel.queueBind({ exchange, queue, routingKey }));
  } catch (error) {
    // If deleting fails too, the queue expires.
    await withChannel(connection, (channel) => channel.queueDelete({ queue })).catch(() => {});
    throw error;
  }
}

interface TapQueue {
  readonly queue: string;
  /** Number of messages in the address's own queue before the tap was opened. */
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

  /** @throws Error if no marker can be sent, because the tap could then not find the end */
  begin(): Promise<void> {
    return this.#markers.begin();
  }

  /** A queue delivers in order: once a marker sent now arrives, everything before it has been read. */
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

  /** A policy can limit any queue, and AMQP does not report it. */
  async removedSince(): Promise<Doubt | null> {
    return null;
  }

  /**
   * With a tap, every message is routable. So RabbitMQ reports nothing if the queue itself is not bound, or if a
   * policy drops or rejects its messages. With reject-publish, RabbitMQ sends a nack although the tap got its copy.
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
    // If the broker is down, the tap's queue expires by itself.
    await within(
      deleting.catch(() => {}),
      DELETE_TIMEOUT_MS,
      undefined,
    );
  }

  /** Returns an explanation if the address's queue no longer exists. The tap's own copies do not show this. */
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

/** A length limit or TTL removes messages from the queue but not from the tap. A consumer's work looks the same. */
function hidden(queue: string): Stored {
  const text = `qbl cannot tell whether the queue '${queue}' itself received and kept each message: only copies were read, and consumers remove messages from the queue, so its count proves nothing. It may lack a binding, or a length limit or TTL may have dropped messages. The receipts of qbl consume --run prove what the queue delivered`;
  return { kind: 'hidden', text };
}

/** Ask again if the queue is missing or does not answer: it may come back. */
function isTooFew(stored: Stored, expected: number): boolean {
  return stored.kind === 'unknown' || (stored.kind === 'counted' && stored.messages < expected);
}
