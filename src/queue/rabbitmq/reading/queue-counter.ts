import type { Channel } from 'rabbitmq-client';
import { Condition } from '../../condition.ts';
import type { ConnectionState } from '../../queue.ts';
import { closeChannel, type RabbitmqClient } from '../connection/client.ts';
import { RabbitmqLink } from '../connection/link.ts';
import type { QueueCount } from '../connection/topology.ts';

/** Counts one queue again and again, over its own connection. */
export class QueueCounter {
  readonly #queue: string;
  readonly #link: RabbitmqLink;
  readonly #changed = new Condition();
  #channel: Channel | null = null;

  constructor(client: RabbitmqClient, queue: string) {
    this.#queue = queue;
    this.#link = new RabbitmqLink({
      client,
      onConnection: (state) => this.#onConnection(state),
      open: async (connection, lose) => {
        const channel = await connection.acquire();
        channel.on('close', () => lose('the channel was closed'));
        this.#channel = channel;
        return { close: () => closeChannel(channel) };
      },
    });
  }

  /** Waits until the counter is connected, or for `timeoutMs`. */
  async connected(timeoutMs: number): Promise<void> {
    const deadlineMs = performance.now() + timeoutMs;
    while (this.#channel === null && performance.now() < deadlineMs) {
      await this.#changed.wait(deadlineMs - performance.now());
    }
  }

  /** @throws Error if RabbitMQ does not answer, or if the queue does not exist */
  async count(): Promise<QueueCount> {
    const { state } = this.#link;
    if (this.#channel === null)
      throw new Error(state.kind === 'waiting' ? state.reason : 'not connected to RabbitMQ');
    return this.#channel.queueDeclare({ queue: this.#queue, passive: true });
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  #onConnection({ kind }: ConnectionState): void {
    if (kind === 'waiting') this.#channel = null;
    this.#changed.notifyAll();
  }
}
