import type { BacklogWatch } from '../../queue.ts';
import type { QueueClient } from '../requests/queue-client.ts';

const REQUEST_TIMEOUT_MS = 5_000;

/** Reports how many messages the queue contains, including those in flight. */
export class SqsBacklog implements BacklogWatch {
  readonly lagMs: number;
  readonly #client: QueueClient;

  constructor(client: QueueClient, lagMs: number) {
    this.#client = client;
    this.lagMs = lagMs;
  }

  async read(): Promise<number | null> {
    try {
      const { visible, notVisible, delayed } = await this.#client.attributes(REQUEST_TIMEOUT_MS);
      return visible + notVisible + delayed;
    } catch {
      return null;
    }
  }

  async close(): Promise<void> {
    this.#client.close();
  }
}
