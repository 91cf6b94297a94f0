import type { Message } from '@aws-sdk/client-sqs';
import { Condition } from '../../condition.ts';
import { describeSqsError } from '../requests/errors.ts';
import type { QueueClient } from '../requests/queue-client.ts';

/** Within which a receiver has surely deleted what it got, and after which another gets what one that died has got. */
const MIN_VISIBILITY_SECONDS = 5;
const MAX_VISIBILITY_SECONDS = 30;
const DELETE_TIMEOUT_MS = 5_000;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 1_000;

export interface ReceiversOptions {
  readonly client: QueueClient;
  /** How many poll at the same time; each holds ten messages at most. */
  readonly count: number;
  /** How long the queue itself waits for a message before it answers that there is none. */
  readonly waitSeconds: number;
  /** The queue's own visibility time-out; ours is the same, within bounds. */
  readonly visibilitySeconds: number;
  readonly onMessages: (messages: readonly Message[]) => void;
}

/** A long poll that brought nothing, monotonic milliseconds. */
export interface EmptyPoll {
  readonly begunAtMs: number;
  readonly endedAtMs: number;
}

/** Long polls side by side: each hands over what it got, and then deletes it from the queue. */
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

  /** Of each receiver the last poll that brought nothing; null: there was none yet. */
  get emptyPolls(): readonly (EmptyPoll | null)[] {
    return this.#emptyPolls;
  }

  /** Messages received and not deleted yet. */
  get held(): number {
    return this.#held;
  }

  /** When a message came last, monotonic milliseconds. */
  get lastArrivalMs(): number {
    return this.#lastArrivalMs;
  }

  /** What went wrong with the last deletion, else with the last poll, or null. */
  get trouble(): string | null {
    return this.#deleteTrouble ?? this.#receiveTrouble;
  }

  /** @throws what whoever takes the messages has thrown, which ended the receiving */
  throwIfFailed(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }

  /** Ends the long polls at once; what was handed over is still deleted. */
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
      // What comes now is not read: it becomes visible again.
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

  /** Null: the poll failed. */
  async #poll(): Promise<Message[] | null> {
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

  async #take(messages: readonly Message[]): Promise<void> {
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
    const handles = messages.flatMap(({ ReceiptHandle }) => ReceiptHandle ?? []);
    await this.#delete(handles, receivedAtMs + this.#visibilitySeconds * 1_000);
    this.#held -= messages.length;
  }

  /** Again and again until they are visible anyway; then they come once more. When closing, once. */
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

  /** Resolves with those that are left. */
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
