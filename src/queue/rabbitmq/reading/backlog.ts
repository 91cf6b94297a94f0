import type { Channel } from 'rabbitmq-client';
import type { BacklogWatch, ConnectionState } from '../../queue.ts';
import { closeChannel, type RabbitmqClient } from '../connection/client.ts';
import { RabbitmqLink } from '../connection/link.ts';
import type { QueueCount } from '../connection/topology.ts';
import type { RabbitmqConsumer } from './consumer.ts';

export interface RabbitmqBacklogOptions {
  readonly client: RabbitmqClient;
  readonly queue: string;
  /** This process's consumers. AMQP does not report the unacknowledged messages of other processes. */
  readonly consumers: ReadonlySet<RabbitmqConsumer>;
}

/** Counts the ready messages of the queue, on its own connection. */
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
   * Null if a consumer of this process is missing from the count: the queue may not have answered (see QueueCount).
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
