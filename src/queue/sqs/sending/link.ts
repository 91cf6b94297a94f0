import type { ConnectionState } from '../../queue.ts';
import { type ConnectionFailure, ConnectionWatch } from '../../watching/connection-watch.ts';
import type { QueueAttributes } from '../requests/attributes.ts';
import { describeSqsError } from '../requests/errors.ts';
import type { QueueClient } from '../requests/queue-client.ts';

const PROBE_TIMEOUT_MS = 3_000;

/**
 * The sender's connection to the queue. HTTP has no lasting connection, so the link requests the queue's attributes
 * every second. It creates the queue if it is missing.
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

  /** The queue's attributes from the latest answer. Null before the first answer. */
  get attributes(): QueueAttributes | null {
    return this.#attributes;
  }

  /** Checks the queue now, because a request failed. */
  suspect(): void {
    this.#watch.probeNow();
  }

  async close(): Promise<void> {
    const closed = this.#watch.close();
    this.#client.close();
    await closed;
  }

  /** Requests the queue's attributes. Resolves with null if the queue answers in time, otherwise with the error. */
  async #probe(): Promise<ConnectionFailure | null> {
    try {
      this.#attributes = await this.#client.prepare(PROBE_TIMEOUT_MS);
      return null;
    } catch (error) {
      return { reason: describeSqsError(error) };
    }
  }
}
