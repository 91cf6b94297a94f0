import { Condition } from '../../condition.ts';
import { MAX_BATCH_ENTRIES, type QueueClient } from '../requests/queue-client.ts';

/**
 * How long a message is hidden from other consumers. If its consumer dies, the message is redelivered after this time.
 */
export const VISIBILITY_SECONDS = 10;
const EXTEND_BEFORE_MS = 6_000;
const LOOK_AGAIN_MS = 1_000;
/** Delay before deletions are sent, so that more of them fit into one request. */
const DELETE_AFTER_MS = 20;
const REQUEST_TIMEOUT_MS = 3_000;
const RETRY_MS = 200;
/** Number of delete requests at the same time. One request deletes at most ten messages. */
const DELETERS = 4;
const LAST_DELETES_WITHIN_MS = 5_000;

/**
 * A consumer's unacknowledged messages, by receipt handle. Keeps these messages hidden from other consumers, and
 * deletes a message once it is acknowledged.
 */
export class Held {
  readonly #client: QueueClient;
  readonly #onDeleted: () => void;
  /** The time until which each message is hidden, in monotonic milliseconds. */
  readonly #hiddenUntil = new Map<string, number>();
  /**
   * Receipt handles of acknowledged messages that are not deleted yet. A message whose hidden time is over is left
   * out, because SQS redelivers it.
   */
  #toDelete: string[] = [];
  readonly #changed = new Condition();
  readonly #running: Promise<unknown>;
  #closed = false;

  /**
   * Creates an empty list of unacknowledged messages.
   * @param onDeleted called when the number of messages that wait for deletion falls
   */
  constructor(client: QueueClient, onDeleted: () => void) {
    this.#client = client;
    this.#onDeleted = onDeleted;
    const deleters = Array.from({ length: DELETERS }, () => this.#deleteAcked());
    this.#running = Promise.all([...deleters, this.#extend()]);
  }

  get size(): number {
    return this.#hiddenUntil.size;
  }

  /** Number of acknowledged messages that are not deleted yet. */
  get deleting(): number {
    return this.#toDelete.length;
  }

  /**
   * Adds a received message.
   * @param askedAtMs monotonic time of the request that received the message. SQS hides the message from that time on, or from a later one
   */
  add(receiptHandle: string, askedAtMs: number): void {
    this.#hiddenUntil.set(receiptHandle, askedAtMs + VISIBILITY_SECONDS * 1_000);
  }

  ack(receiptHandle: string): void {
    if (!this.#hiddenUntil.delete(receiptHandle)) return;
    this.#toDelete.push(receiptHandle);
    if (this.#toDelete.length >= MAX_BATCH_ENTRIES) this.#changed.notifyAll();
  }

  /** Deletes the acknowledged messages, and returns all others to the queue at once. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#changed.notifyAll();
    await this.#running;
    const givenUpAtMs = performance.now() + LAST_DELETES_WITHIN_MS;
    while (this.#toDelete.length > 0 && performance.now() < givenUpAtMs) await this.#deleteOnce();
    await this.#hide([...this.#hiddenUntil.keys()], 0).catch(() => {});
    this.#hiddenUntil.clear();
  }

  async #deleteAcked(): Promise<void> {
    while (!this.#closed) {
      if (this.#toDelete.length < MAX_BATCH_ENTRIES) await this.#changed.wait(DELETE_AFTER_MS);
      if (this.#toDelete.length > 0 && !this.#closed) await this.#deleteOnce();
    }
  }

  async #deleteOnce(): Promise<void> {
    const batch = this.#toDelete.splice(0, MAX_BATCH_ENTRIES);
    const left = await this.#client.deleteBatch(batch, REQUEST_TIMEOUT_MS).catch(() => batch);
    this.#toDelete.push(...left);
    this.#onDeleted();
    if (left.length > 0) await this.#changed.wait(RETRY_MS);
  }

  async #extend(): Promise<void> {
    while (!this.#closed) {
      await this.#changed.wait(LOOK_AGAIN_MS);
      const nowMs = performance.now();
      const due = [...this.#hiddenUntil].filter(([, untilMs]) => untilMs - nowMs < EXTEND_BEFORE_MS);
      // Ignores an error of the request that keeps messages hidden, because the next round of this loop repeats the
      // request.
      if (!this.#closed)
        await this.#hide(
          due.map(([handle]) => handle),
          VISIBILITY_SECONDS,
        ).catch(() => {});
    }
  }

  async #hide(receiptHandles: readonly string[], seconds: number): Promise<void> {
    for (let next = 0; next < receiptHandles.length; next += MAX_BATCH_ENTRIES) {
      const batch = receiptHandles.slice(next, next + MAX_BATCH_ENTRIES);
      const askedAtMs = performance.now();
      const failed = await this.#client.hideBatch(batch, seconds, REQUEST_TIMEOUT_MS);
      for (const handle of batch) {
        if (failed.includes(handle)) continue;
        if (this.#hiddenUntil.has(handle)) this.#hiddenUntil.set(handle, askedAtMs + seconds * 1_000);
      }
    }
  }
}
