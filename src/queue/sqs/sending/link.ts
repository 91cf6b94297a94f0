import { type ConnectionFailure, ConnectionWatch } from '../../connection-watch.ts';
import type { ConnectionState } from '../../queue.ts';
import type { QueueAttributes } from '../requests/attributes.ts';
import { describeSqsError } from '../requests/errors.ts';
import type { QueueClient } from '../requests/queue-client.ts';

const PROBE_TIMEOUT_MS = 3_000;

/**
 * The sender's connection: HTTP has none, so the queue's attributes are asked for each second, forever. A queue that
 * is missing is made.
 */
export class SqsLink {
  readonly #client: QueueClient;
  readonly #watch: ConnectionWatch;
  #attributes: QueueAttributes | null = null;

  constructor(client: QueueClient, onConnection: (state: ConnectionState) => void) {
    this.#client = client;
    this.#watch = new ConnectionWatch(() => this.#probe(), onConnection);
  }

  get state(): ConnectionState {
    return this.#watch.state;
  }

  /** As last heard; null before the first connection. */
  get attributes(): QueueAttributes | null {
    return this.#attributes;
  }

  /** A request failed: look at the queue again, now. */
  suspect(): void {
    this.#watch.probeNow();
  }

  async close(): Promise<void> {
    const closed = this.#watch.close();
    this.#client.close();
    await closed;
  }

  /** Null when the queue answered in time, otherwise what is wrong. */
  async #probe(): Promise<ConnectionFailure | null> {
    try {
      this.#attributes = await this.#client.prepare(PROBE_TIMEOUT_MS);
      return null;
    } catch (error) {
      return { reason: describeSqsError(error) };
    }
  }
}
