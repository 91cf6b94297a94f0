import type { Channel } from 'rabbitmq-client';
import type { BacklogWatch, ConnectionState } from '../../queue.ts';
import { closeChannel, type RabbitmqClient } from '../connection/client.ts';
import { RabbitmqLink } from '../connection/link.ts';
import type { QueueCount } from '../connection/topology.ts';
import type { RabbitmqConsumer } from './consumer.ts';

export interface RabbitmqBacklogOptions {
  readonly client: RabbitmqClient;
  readonly queue: string;
  /** The consumers of this process. AMQP does not report the unacknowledged messages of other processes. */
  readonly consumers: ReadonlySet<RabbitmqConsumer>;
}

/** Counts the messages that wait in the queue, over its own connection. */
export class RabbitmqBacklog implements BacklogWatch {
  readonly lagMs = 0;
  readonly #options: RabbitmqBacklogOptions;
  readonly #link: RabbitmqLink;
  #channel: Channel | null = null;

  constructor(options: RabbitmqBacklogOptions) {
    this.#options = options;
    this.#link = new RabbitmqLink({
      client: options.client,
      onConnection: (state) => this.#onConnection(state),
      open: async (connection, lose) => {
        const channel = await connection.acquire();
        channel.on('close', () => lose('the channel was closed'));
        this.#channel = channel;
        return { close: () => closeChannel(channel) };
      },
    });
  }

  async read(): Promise<number | null> {
    try {
      const answer = await this.#channel?.queueDeclare({ queue: this.#options.queue, passive: true });
      return answer === undefined ? null : this.#backlog(answer);
    } catch {
      return null;
    }
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  /**
   * Returns the number of waiting messages. Null if the queue reports no consumer although this process has one,
   * because RabbitMQ then did not really count (see QueueCount).
   */
  #backlog({ messageCount, consumerCount }: QueueCount): number | null {
    const consumers = [...this.#options.consumers];
    if (messageCount === 0 && consumerCount === 0 && consumers.some(({ isTaking }) => isTaking)) return null;
    return messageCount + consumers.reduce((sum, { inFlight }) => sum + inFlight, 0);
  }

  #onConnection({ kind }: ConnectionState): void {
    if (kind === 'waiting') this.#channel = null;
  }
}
