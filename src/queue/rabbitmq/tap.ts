import { randomBytes } from 'node:crypto';
import type { AmqpAddress } from '../amqp-url.ts';
import { Condition, within } from '../condition.ts';
import type { Drain, Positions, Reader, ReaderOptions } from '../queue.ts';
import { type RabbitmqClient, withChannel } from './client.ts';
import { DeliveryCounter } from './deliveries.ts';
import { describeError } from './errors.ts';
import { RabbitmqSender } from './sender.ts';
import { type Arrival, Subscription } from './subscription.ts';
import { durable } from './topology.ts';

/** How many messages may be on their way to the tap. */
const PREFETCH = 1_000;
/** Unused for so long the broker deletes the queue of a tap whose reader was killed. */
const EXPIRES_MS = 3_600_000;
const DELETE_TIMEOUT_MS = 3_000;
const MAX_NAME_LENGTH = 100;
const RETRY_MS = 100;
const MARKER_TIMEOUT_MS = 5_000;
const NO_POSITIONS: Positions = new Map();

/**
 * A reader with a queue of its own, bound as the address says, so that it gets a copy of all that is published from
 * now on and takes nothing from anybody. The queue is neither exclusive nor deleted by itself when the connection is
 * lost, since what is in it would be lost too. It is of the address's type, to be there as long as the queue itself.
 * It has one active consumer: a new connection gets nothing before the broker has given up the old one and what was on
 * its way there, or else a marker could overtake messages. Quorum queues do not heed an exclusive consumer.
 */
export async function openTap(
  client: RabbitmqClient,
  address: AmqpAddress,
  options: ReaderOptions,
): Promise<Reader> {
  const { exchange, routingKey, queueType } = address;
  const name = options.name.slice(0, MAX_NAME_LENGTH);
  const queue = `qbl-tap-${name}-${randomBytes(9).toString('base64url')}`;
  await client.withConnection((connection) =>
    withChannel(connection, async (channel) => {
      const { durable: isDurable, arguments: type } = durable(queueType);
      const own = { ...type, 'x-expires': EXPIRES_MS, 'x-single-active-consumer': true };
      await channel.queueDeclare({ queue, durable: isDurable, arguments: own });
      await channel.queueBind({ exchange, queue, routingKey });
    }),
  );
  return new Tap(client, address, queue, options);
}

class Tap implements Reader {
  readonly start = NO_POSITIONS;
  readonly #client: RabbitmqClient;
  readonly #address: AmqpAddress;
  readonly #queue: string;
  readonly #options: ReaderOptions;
  readonly #subscription: Subscription;
  readonly #counter = new DeliveryCounter();
  readonly #changed = new Condition();
  #markerSender: RabbitmqSender | null = null;
  #markersSent = 0;
  #lastMarkerSeen = 0;

  constructor(client: RabbitmqClient, address: AmqpAddress, queue: string, options: ReaderOptions) {
    this.#client = client;
    this.#address = address;
    this.#queue = queue;
    this.#options = options;
    this.#subscription = new Subscription({
      client,
      queue,
      prefetch: PREFETCH,
      onArrivals: (arrivals) => this.#receive(arrivals),
      onConnection: () => this.#changed.notifyAll(),
    });
  }

  /** A queue gives out what it got in order: when a marker sent now comes out, all before it has been read. */
  async drain(deadlineMs: number, signal: AbortSignal): Promise<Drain> {
    const isOver = () => signal.aborted || performance.now() >= deadlineMs;
    let obstacle = 'there was no time to look for the end of the queue';
    while (!isOver()) {
      try {
        const gone = this.#subscription.gone ?? (await this.#addressGone());
        if (gone !== null) return { complete: false, reason: gone, ends: NO_POSITIONS };
        const marker = await this.#sendMarker(signal);
        await this.#untilSeen(marker, deadlineMs, signal);
        if (this.#lastMarkerSeen >= marker) return { complete: true, ends: NO_POSITIONS };
        const { state } = this.#subscription;
        const reason = state.kind === 'waiting' ? `: ${state.reason}` : '';
        obstacle = `the end of the queue did not come out in time${reason}`;
      } catch (error) {
        obstacle = `the end of the queue is not known: ${describeError(error)}`;
        await this.#changed.wait(Math.min(RETRY_MS, deadlineMs - performance.now()), signal);
      }
    }
    return { complete: false, reason: obstacle, ends: NO_POSITIONS };
  }

  /** A policy may limit any queue, and AMQP does not tell. */
  async removedSince(): Promise<string | null> {
    return null;
  }

  async close(): Promise<void> {
    await this.#subscription.close();
    await this.#markerSender?.close();
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

  /** On a connection of its own: RabbitMQ may block one that publishes, and with it the acknowledgements on it. */
  async #sendMarker(signal: AbortSignal): Promise<number> {
    this.#markerSender ??= new RabbitmqSender({
      client: this.#client,
      target: { exchange: '', routingKey: this.#queue },
      maxMessageBytes: Number.POSITIVE_INFINITY,
      prepare: async () => {},
      onConnection: () => this.#changed.notifyAll(),
    });
    const marker = ++this.#markersSent;
    const value = Buffer.from(this.#markerPrefix + marker);
    const deadlineMs = performance.now() + MARKER_TIMEOUT_MS;
    const sending = this.#markerSender.send([{ key: null, value }], deadlineMs);
    const [outcome] = await within(sending, MARKER_TIMEOUT_MS, [], signal);
    if (outcome?.kind !== 'acked') throw new Error(outcome?.detail ?? 'RabbitMQ does not answer');
    return marker;
  }

  async #untilSeen(marker: number, deadlineMs: number, signal: AbortSignal): Promise<void> {
    while (this.#lastMarkerSeen < marker && this.#subscription.gone === null) {
      if (signal.aborted || performance.now() >= deadlineMs) return;
      await this.#changed.wait(deadlineMs - performance.now(), signal);
    }
  }

  #receive(arrivals: readonly Arrival[]): void {
    const deliveries = arrivals.flatMap((arrival) =>
      this.#markerOf(arrival) === null ? [this.#counter.delivery(arrival)] : [],
    );
    if (deliveries.length > 0) this.#options.onDeliveries(deliveries);
    const markers = arrivals.map((arrival) => this.#markerOf(arrival) ?? 0);
    this.#lastMarkerSeen = Math.max(this.#lastMarkerSeen, ...markers);
    arrivals.at(-1)?.ack(true);
    this.#changed.notifyAll();
  }

  /** Nobody else publishes directly to this queue, whose name nobody can guess. */
  #markerOf({ message }: Arrival): number | null {
    const text = message.exchange === '' ? String(message.body) : '';
    return text.startsWith(this.#markerPrefix) ? Number(text.slice(this.#markerPrefix.length)) : null;
  }

  get #markerPrefix(): string {
    return `${this.#queue} `;
  }
}
