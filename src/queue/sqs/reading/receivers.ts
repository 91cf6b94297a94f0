import { Condition } from '../../condition.ts';
import type { ReceivedMessage } from '../requests/answers.ts';
import { describeSqsError } from '../requests/errors.ts';
import type { QueueClient } from '../requests/queue-client.ts';

/**
 * Minimum time for which received messages are hidden. A receiver needs this time to delete the messages. If a receiver
 * dies, its messages are redelivered after the hidden time.
 */
const MIN_VISIBILITY_SECONDS = 5;
const MAX_VISIBILITY_SECONDS = 30;
const DELETE_TIMEOUT_MS = 5_000;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 1_000;

export interface ReceiversOptions {
  readonly client: QueueClient;
  /** Number of long polls at the same time. Each returns at most ten messages. */
  readonly count: number;
  /** How long a poll waits for a message before it returns nothing. */
  readonly waitSeconds: number;
  /**
   * The queue's own visibility timeout: how long SQS hides a received message. qbl uses the same time, within limits.
   */
  readonly visibilitySeconds: number;
  readonly onMessages: (messages: readonly ReceivedMessage[]) => void;
}

/** A long poll that returned nothing. Times are monotonic milliseconds. */
export interface EmptyPoll {
  readonly begunAtMs: number;
  readonly endedAtMs: number;
}

/** Runs several long polls at the same time. Delivers each message, then deletes it from the queue. */
export class Receivers {
  readonly #options: ReceiversOptions;
  readonly #visibilitySeconds: number;
  readonly #emptyPolls: (EmptyPoll | null)[];
  readonly #closing = new AbortController();
  readonly #pause = new Condition();
  readonly #running: Promise<unknown>;
  #held = 0;
  #lastArrivalMs = Number.NEGATIVE_INFINITY;
  #receiveTrouble: string | null = null;
  #deleteTrouble: string | null = null;
  #failure: { readonly error: unknown } | null = null;

  constructor(options: ReceiversOptions) {
    this.#options = options;
    const { visibilitySeconds, count } = options;
    this.#emptyPolls = new Array(count).fill(null);
    this.#visibilitySeconds = Math.min(
      MAX_VISIBILITY_SECONDS,
      Math.max(MIN_VISIBILITY_SECONDS, visibilitySeconds),
    );
    this.#running = Promise.all(this.#emptyPolls.map((_, receiver) => this.#receive(receiver)));
  }

  /** For each receiver, its latest poll that returned no messages. Null for a receiver without such a poll. */
  get emptyPolls(): readonly (EmptyPoll | null)[] {
    return this.#emptyPolls;
  }

  /** Number of messages that were received but are not deleted. */
  get held(): number {
    return this.#held;
  }

  /** Time when the latest message arrived, in monotonic milliseconds. */
  get lastArrivalMs(): number {
    return this.#lastArrivalMs;
  }

  /**
   * Error of the latest deletion. If that deletion did not fail, the error of the latest poll. Null if
   * neither failed.
   */
  get trouble(): string | null {
    return this.#deleteTrouble ?? this.#receiveTrouble;
  }

  /** @throws the error that the callback for messages threw */
  throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Aborts the long polls. Messages that were delivered are still deleted. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #receive(receiver: number): Promise<void> {
    const { signal } = this.#closing;
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      const begunAtMs = performance.now();
      const messages = await this.#poll();
      // Ignore messages that arrive after the abort. They become visible again.
      if (signal.aborted) return;
      if (messages === null) {
        await this.#pause.wait(retryMs, signal);
        retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
        continue;
      }
      retryMs = FIRST_RETRY_MS;
      if (messages.length > 0) await this.#take(messages);
      else this.#emptyPolls[receiver] = { begunAtMs, endedAtMs: performance.now() };
    }
  }

  /** Receives messages with one long poll. Resolves with null if the poll failed. */
  async #poll(): Promise<ReceivedMessage[] | null> {
    const { client, waitSeconds } = this.#options;
    const visibilitySeconds = this.#visibilitySeconds;
    try {
      const { signal } = this.#closing;
      const messages = await client.receive({ waitSeconds, visibilitySeconds, signal });
      this.#receiveTrouble = null;
      return messages;
    } catch (error) {
      this.#receiveTrouble = describeSqsError(error);
      return null;
    }
  }

  async #take(messages: readonly ReceivedMessage[]): Promise<void> {
    const receivedAtMs = performance.now();
    this.#lastArrivalMs = receivedAtMs;
    this.#held += messages.length;
    try {
      this.#options.onMessages(messages);
    } catch (error) {
      this.#failure ??= { error };
      this.#closing.abort();
      return;
    }
    const handles = messages.map(({ ReceiptHandle }) => ReceiptHandle);
    await this.#delete(handles, receivedAtMs + this.#visibilitySeconds * 1_000);
    this.#held -= messages.length;
  }

  /**
   * Deletes messages. Repeats failed deletions until SQS makes the messages visible and redelivers them. Tries only
   * once while closing.
   */
  async #delete(handles: readonly string[], visibleAtMs: number): Promise<void> {
    let left = handles;
    let retryMs = FIRST_RETRY_MS;
    while (left.length > 0 && performance.now() < visibleAtMs) {
      left = await this.#tryToDelete(left);
      if (left.length === 0 || this.#closing.signal.aborted) return;
      await this.#pause.wait(retryMs, this.#closing.signal);
      retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    }
  }

  /** Sends one delete request. Resolves with the handles that could not be deleted. */
  async #tryToDelete(handles: readonly string[]): Promise<readonly string[]> {
    try {
      const left = await this.#options.client.deleteBatch(handles, DELETE_TIMEOUT_MS);
      this.#deleteTrouble = null;
      return left;
    } catch (error) {
      this.#deleteTrouble = describeSqsError(error);
      return handles;
    }
  }
}
