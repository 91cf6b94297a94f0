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

/** How many messages may be on their way to the tap. */
const PREFETCH = 1_000;
/**
 * Without a reader for so long the broker deletes the queue of a tap that was killed, which gets a copy of everything
 * meanwhile. A reader that has lost its connection is back earlier, or else finds that its queue is gone.
 */
const EXPIRES_MS = 5 * 60_000;
const DELETE_TIMEOUT_MS = 3_000;
const MAX_NAME_LENGTH = 100;
const RETRY_MS = 100;
/** A queue that has just come back may not count everything yet. */
const COUNTS_WITHIN_MS = 5_000;
const COUNT_AGAIN_MS = 200;
const NO_POSITIONS: Positions = new Map();

/**
 * A reader with a queue of its own, bound as the address says, so that it gets a copy of all that is published from
 * now on and takes nothing from anybody. The queue is neither exclusive nor deleted by itself when the connection is
 * lost, since what is in it would be lost too. It is of the address's type, to be there as long as the queue itself.
 * It has one active consumer: a new connection gets nothing before the broker has given up the old one and what was on
 * its way there, or else a marker could overtake messages. Quorum queues do not heed an exclusive consumer.
 * @throws Error when the user may not do all that a tap does: a first marker shows that before anything is sent
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

/** Leaves none behind that is not bound. */
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
    // Where that fails too, it expires.
    await withChannel(connection, (channel) => channel.queueDelete({ queue })).catch(() => {});
    throw error;
  }
}

interface TapQueue {
  readonly queue: string;
  /** How many messages the address's own queue held before the tap was there. */
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

  /** @throws Error when no marker can be sent: then the end could not be told */
  begin(): Promise<void> {
    return this.#markers.begin();
  }

  /** A queue gives out what it got in order: when a marker sent now comes out, all before it has been read. */
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
        obstacle = `the end of the queue did not come out in time${reason}`;
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

  /** A policy may limit any queue, and AMQP does not tell. */
  async removedSince(): Promise<Doubt | null> {
    return null;
  }

  /**
   * The tap makes every message routable, so that nobody hears when the queue itself is not bound, or a policy drops
   * or rejects what it gets: a queue with reject-publish makes RabbitMQ send a nack though the tap has its copy.
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
        text: `what the queue '${queue}' holds is not known: ${describeRabbitmqError(error)}`,
      };
    }
    if (count === null) return { kind: 'unknown', text: `the queue '${queue}' is gone` };
    const { messageCount, consumerCount } = count;
    if (consumerCount > 0) return hidden(queue);
    const held = `it had ${this.#heldBefore} before the run`;
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
    // Where the broker is gone, its queue expires.
    await within(
      deleting.catch(() => {}),
      DELETE_TIMEOUT_MS,
      undefined,
    );
  }

  /** The tap alone would make every message routable: that it got them does not say that the queue did. */
  async #addressGone(): Promise<string | null> {
    const { queue } = this.#address;
    return (await this.#subscription.countOther(queue)) === null ? `the queue '${queue}' is gone` : null;
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

/** A limit on length or age drops messages of the queue and not of the tap, and a consumer's work looks the same. */
function hidden(queue: string): Stored {
  const text = `that the queue '${queue}' itself got and kept each message: copies were read, and the queue has consumers, so its count proves nothing. It may lack a binding, or a length limit or TTL may have dropped messages. The receipts of qbl consume --run prove what it delivered`;
  return { kind: 'hidden', text };
}

/** What is gone or silent may come back. */
function isTooFew(stored: Stored, expected: number): boolean {
  return stored.kind === 'unknown' || (stored.kind === 'counted' && stored.messages < expected);
}
