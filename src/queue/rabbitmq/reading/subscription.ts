import type { AsyncMessage, Channel, Connection } from 'rabbitmq-client';
import type { ConnectionState } from '../../queue.ts';
import { closeChannel, type RabbitmqClient } from '../connection/client.ts';
import { describeRabbitmqError } from '../connection/errors.ts';
import { RabbitmqLink, type RabbitmqSession } from '../connection/link.ts';
import { countQueue, isGone, type QueueCount } from '../connection/topology.ts';
import { keepBodies } from './bodies.ts';

/** What the queue gave out and has not had an answer for yet. */
export interface UnansweredDelivery {
  readonly message: AsyncMessage;
  /** Epoch milliseconds with a fraction. */
  readonly receivedAtMs: number;
  /** Whether the connection it came on is there still: if not, it will be given out again. */
  readonly isLive: boolean;
  /** Acknowledges it, and with `multiple` all that came before it on its connection too. */
  ack(multiple: boolean): void;
}

export interface SubscriptionOptions {
  readonly client: RabbitmqClient;
  readonly queue: string;
  /** How many messages may be given out and not acknowledged yet. */
  readonly prefetch: number;
  /** Gets what arrived in one turn of the event loop. */
  readonly onArrivals: (arrivals: readonly UnansweredDelivery[]) => void;
  readonly onConnection: (state: ConnectionState) => void;
}

/** Consumes a queue, over all connections that it takes. */
export class Subscription {
  readonly #options: SubscriptionOptions;
  readonly #link: RabbitmqLink;
  #channel: Channel | null = null;
  #consumerTag: string | null = null;
  #gone: string | null = null;
  #stopped = false;

  constructor(options: SubscriptionOptions) {
    this.#options = options;
    const { client, onConnection } = options;
    this.#link = new RabbitmqLink({ client, onConnection, open: (...args) => this.#open(...args) });
  }

  get state(): ConnectionState {
    return this.#link.state;
  }

  /** Why there is nothing to be read any more, not even what was there; null: there may be. */
  get gone(): string | null {
    return this.#gone;
  }

  /** Whether the connection was lost before, so that the broker may still hold the old one for alive. */
  get reconnected(): boolean {
    return this.#link.connections > 1;
  }

  /** Of another queue of the broker; null: there is no such queue. Fails while there is no connection. */
  async countOther(queue: string): Promise<QueueCount | null> {
    const { connection } = this.#link;
    if (connection === null) throw new Error(this.#whyNotConnected());
    return countQueue(connection, queue);
  }

  /**
   * Of the queue that is consumed, asked on the consumer's channel: an answer comes after the messages that were on
   * their way before the one before it. Fails while there is no connection.
   */
  async count(): Promise<QueueCount> {
    const { connection } = this.#link;
    const channel = this.#channel;
    if (connection === null || channel === null) throw new Error(this.#whyNotConnected());
    return channel.queueDeclare({ queue: this.#options.queue, passive: true });
  }

  /** Hands nothing more over. What was handed over can still be acknowledged. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const consumerTag = this.#consumerTag;
    if (consumerTag === null || !this.#channel?.active) return;
    // A connection that is lost has no consumer either.
    await this.#channel.basicCancel({ consumerTag }).catch(() => {});
  }

  close(): Promise<void> {
    this.#stopped = true;
    return this.#link.close();
  }

  #whyNotConnected(): string {
    const { state } = this;
    return state.kind === 'waiting' ? state.reason : 'not connected to RabbitMQ';
  }

  async #open(connection: Connection, lose: (reason: string) => void): Promise<RabbitmqSession> {
    const { queue, prefetch } = this.#options;
    const channel = await connection.acquire();
    keepBodies(channel);
    channel.on('close', () => lose('the channel was closed'));
    channel.on('basic.cancel', () => lose(`RabbitMQ gives out nothing more of the queue '${queue}'`));
    await this.#mustBeThere(channel);
    await channel.basicQos({ prefetchCount: prefetch });
    if (!this.#stopped) {
      const receive = this.#receiver(channel);
      this.#consumerTag = (await channel.basicConsume({ queue }, receive)).consumerTag;
    }
    this.#channel = channel;
    return { close: () => closeChannel(channel) };
  }

  async #mustBeThere(channel: Channel): Promise<void> {
    try {
      await channel.queueDeclare({ queue: this.#options.queue, passive: true });
    } catch (error) {
      if (isGone(error)) this.#gone = `the queue is gone: ${describeRabbitmqError(error)}`;
      throw error;
    }
  }

  #receiver(channel: Channel): (message: AsyncMessage) => void {
    let arrivals: UnansweredDelivery[] = [];
    const handOver = () => {
      const arrived = arrivals;
      arrivals = [];
      // Nobody waits for them any more: without an answer they are in the queue again when the channel closes.
      if (!this.#stopped) this.#options.onArrivals(arrived);
    };
    return (message) => {
      if (arrivals.length === 0) setImmediate(handOver);
      arrivals.push(arrivalOn(channel, message));
    };
  }
}

function arrivalOn(channel: Channel, message: AsyncMessage): UnansweredDelivery {
  const { deliveryTag } = message;
  return {
    message,
    receivedAtMs: performance.timeOrigin + performance.now(),
    get isLive() {
      return channel.active;
    },
    ack: (multiple) => {
      if (channel.active) channel.basicAck({ deliveryTag, multiple });
    },
  };
}
