import type { Channel } from 'rabbitmq-client';
import { Condition } from '../../condition.ts';
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
      onConnection: () => this.#changed.notifyAll(),
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
    while (!this.#channel?.active && performance.now() < deadlineMs) {
      await this.#changed.wait(deadlineMs - performance.now());
    }
  }

  /**
   * Asks for the counts of the queue.
   * @throws Error if RabbitMQ does not answer, or if the queue does not exist
   */
  async count(): Promise<QueueCount> {
    const { state } = this.#link;
    // A passive declare returns the counts of a queue. RabbitMQ answers it even while it blocks publishers.
    if (this.#channel?.active) return this.#channel.queueDeclare({ queue: this.#queue, passive: true });
    throw new Error(state.kind === 'waiting' ? state.reason : 'not connected to RabbitMQ');
  }

  close(): Promise<void> {
    return this.#link.close();
  }
}
