import type { Channel } from 'rabbitmq-client';
import type { Backlog, ConnectionState } from '../queue.ts';
import { closeChannel, type RabbitmqClient } from './client.ts';
import { Link } from './link.ts';

export interface RabbitmqBacklogOptions {
  readonly client: RabbitmqClient;
  readonly queue: string;
  /** How many messages the consumers of this process have in hand; what others have, AMQP does not tell. */
  readonly inHand: () => number;
}

/** Counts what is ready in the queue, on a connection of its own. */
export class RabbitmqBacklog implements Backlog {
  readonly lagMs = 0;
  readonly #options: RabbitmqBacklogOptions;
  readonly #link: Link;
  #channel: Channel | null = null;

  constructor(options: RabbitmqBacklogOptions) {
    this.#options = options;
    this.#link = new Link({
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
      return answer === undefined ? null : answer.messageCount + this.#options.inHand();
    } catch {
      return null;
    }
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #onConnection({ kind }: ConnectionState): void {
    if (kind === 'waiting') this.#channel = null;
  }
}
