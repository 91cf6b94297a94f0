import type { AsyncMessage, Channel, Connection } from 'rabbitmq-client';
import type { ConnectionState } from '../../queue.ts';
import { closeChannel, type RabbitmqClient } from '../connection/client.ts';
import { describeRabbitmqError } from '../connection/errors.ts';
import { RabbitmqLink, type RabbitmqSession } from '../connection/link.ts';
import { countQueue, isGone, type QueueCount } from '../connection/topology.ts';
import { keepBodies } from './bodies.ts';

/** A message that was delivered and is not acknowledged yet. */
export interface UnansweredDelivery {
  readonly message: AsyncMessage;
  /** Time when the message arrived: epoch milliseconds, with a fraction. */
  readonly receivedAtMs: number;
  /** Whether the connection that delivered the message is still open. If not, the message will be redelivered. */
  readonly isLive: boolean;
  /** Acknowledges the message. With `multiple`, also acknowledges all earlier messages of its connection. */
  ack(multiple: boolean): void;
}

export interface SubscriptionOptions {
  readonly client: RabbitmqClient;
  readonly queue: string;
  /** Maximum number of unacknowledged messages. */
  readonly prefetch: number;
  /** Called with all messages that arrived in one turn of the event loop. */
  readonly onArrivals: (arrivals: readonly UnansweredDelivery[]) => void;
  readonly onConnection: (state: ConnectionState) => void;
}

/** Consumes a queue. If the connection is lost, opens a new one. */
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

  /** Why the queue and its messages are lost. Null if the queue may still exist. */
  get gone(): string | null {
    return this.#gone;
  }

  /** Whether the connection was lost before. The broker may then still have the old connection and its consumer. */
  get reconnected(): boolean {
    return this.#link.connections > 1;
  }

  /**
   * Counts another queue of the broker. Resolves with null if that queue does not exist. Rejects while not connected.
   */
  async countOther(queue: string): Promise<QueueCount | null> {
    const { connection } = this.#link;
    if (connection === null) throw new Error(this.#whyNotConnected());
    return countQueue(connection, queue);
  }

  /**
   * Counts the consumed queue, over the consumer's channel. RabbitMQ sends messages and answers in order. So after two
   * counts, every message that RabbitMQ sent before the first answer has arrived. Rejects while not connected.
   */
  async count(): Promise<QueueCount> {
    const { connection } = this.#link;
    const channel = this.#channel;
    if (connection === null || channel === null) throw new Error(this.#whyNotConnected());
    return channel.queueDeclare({ queue: this.#options.queue, passive: true });
  }

  /** Stops the delivery of messages. Messages that were already delivered can still be acknowledged. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const consumerTag = this.#consumerTag;
    if (consumerTag === null || !this.#channel?.active) return;
    // Ignore an error: if the connection is lost, the broker has already removed the consumer.
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
    channel.on('basic.cancel', () => lose(`RabbitMQ cancelled the consumer of the queue '${queue}'`));
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
      if (isGone(error)) this.#gone = `the queue no longer exists: ${describeRabbitmqError(error)}`;
      throw error;
    }
  }

  #receiver(channel: Channel): (message: AsyncMessage) => void {
    let arrivals: UnansweredDelivery[] = [];
    const handOver = () => {
      const arrived = arrivals;
      arrivals = [];
      // After stop(), ignore messages that still arrive. They return to the queue when the channel closes.
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
