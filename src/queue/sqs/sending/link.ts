import { Condition } from '../../condition.ts';
import type { ConnectionState } from '../../queue.ts';
import type { QueueAttributes } from '../requests/attributes.ts';
import { describeError } from '../requests/errors.ts';
import type { QueueClient } from '../requests/queue-client.ts';

const PROBE_INTERVAL_MS = 1_000;
const PROBE_TIMEOUT_MS = 3_000;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 1_000;

/**
 * The sender's connection. HTTP has no lasting connection, so this requests the queue's attributes every second. It
 * creates the queue if it is missing.
 */
export class Link {
  readonly #client: QueueClient;
  readonly #onConnection: (state: ConnectionState) => void;
  readonly #wakeup = new Condition();
  readonly #running: Promise<void>;
  #state: ConnectionState = { kind: 'waiting', reason: 'not connected yet' };
  #attributes: QueueAttributes | null = null;
  #closed = false;

  constructor(client: QueueClient, onConnection: (state: ConnectionState) => void) {
    this.#client = client;
    this.#onConnection = onConnection;
    this.#running = this.#lookAfter();
  }

  get state(): ConnectionState {
    return this.#state;
  }

  /** The attributes from the latest answer. Null before the first connection. */
  get attributes(): QueueAttributes | null {
    return this.#attributes;
  }

  /** A request failed: check the queue now. */
  suspect(): void {
    this.#wakeup.notifyAll();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wakeup.notifyAll();
    this.#client.close();
    await this.#running;
  }

  async #lookAfter(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.#closed) {
      const failure = await this.#probe();
      if (this.#closed) return;
      this.#tell(failure);
      retryMs = failure === null ? FIRST_RETRY_MS : Math.min(retryMs * 2, MAX_RETRY_MS);
      await this.#wakeup.wait(failure === null ? PROBE_INTERVAL_MS : retryMs);
    }
  }

  /** Resolves with null if the queue answered in time, otherwise with the error. */
  async #probe(): Promise<string | null> {
    try {
      this.#attributes = await this.#client.prepare(PROBE_TIMEOUT_MS);
      return null;
    } catch (error) {
      return describeError(error);
    }
  }

  #tell(failure: string | null): void {
    const before = this.#state;
    this.#state = failure === null ? { kind: 'connected' } : { kind: 'waiting', reason: failure };
    const changed =
      before.kind !== this.#state.kind || (before.kind === 'waiting' && before.reason !== failure);
    if (changed) this.#onConnection(this.#state);
  }
}
