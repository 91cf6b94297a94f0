import { messageBytes } from '../../queue/message-bytes.ts';
import type { OutgoingMessage, Sender, SendOutcome } from '../../queue/queue.ts';
import type { Budget } from './budget.ts';

/**
 * Outcome of a message: the sender's result, or that the message never reached the sender, or that the sender threw an
 * error.
 */
export type EnqueueOutcome =
  | SendOutcome
  | { readonly kind: 'not-enqueued'; readonly detail: string }
  | { readonly kind: 'bug' };

export interface BatcherOptions {
  readonly sender: Sender;
  readonly budget: Budget;
  /** Maximum time from the arrival of a message to its outcome. */
  readonly timeoutMs: number;
  readonly onBatch: (messages: number) => void;
  readonly onBug: (error: unknown) => void;
}

interface Pending extends OutgoingMessage {
  /** Size of the value and the headers. */
  readonly bytes: number;
  readonly deadlineMs: number;
  readonly onOutcome: (outcome: EnqueueOutcome) => void;
}

/**
 * Collects messages and passes them to the sender in batches. All messages that wait at the end of a turn of the event
 * loop are sent together. So batches grow with the load, and no message waits for a timer.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  /** A Set keeps the order of insertion, which is also the order of the deadlines. */
  readonly #waiting = new Set<Pending>();
  readonly #handedOver = new Set<Pending>();
  readonly #batches = new Set<Promise<void>>();
  #flush: NodeJS.Immediate | null = null;
  #deadline: NodeJS.Timeout | null = null;
  #closing = false;

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  /** Calls back exactly once, at the time-out at the latest. The caller has already taken the message's bytes from the budget. */
  submit(message: OutgoingMessage, onOutcome: (outcome: EnqueueOutcome) => void): void {
    const { budget, timeoutMs } = this.#options;
    const bytes = messageBytes(message);
    const obstacle = this.#obstacle();
    if (obstacle !== null) {
      budget.giveBytes(bytes);
      onOutcome({ kind: 'not-enqueued', detail: obstacle });
      return;
    }
    this.#waiting.add({ ...message, bytes, deadlineMs: performance.now() + timeoutMs, onOutcome });
    this.#scheduleFlush();
    this.#scheduleDeadline();
  }

  /** Refuses new messages. Resolves when all earlier messages have their outcome. */
  async close(): Promise<void> {
    this.#closing = true;
    while (this.#waiting.size > 0 || this.#batches.size > 0) {
      if (this.#batches.size > 0) await Promise.race(this.#batches);
      else await new Promise(setImmediate);
    }
    if (this.#deadline !== null) clearTimeout(this.#deadline);
  }

  #obstacle(): string | null {
    if (this.#closing) return 'shutting down';
    if (!this.#options.sender.connected) return 'not connected to the queue';
    return this.#options.budget.takeMessage() ? null : 'too many messages are pending';
  }

  #scheduleFlush(): void {
    this.#flush ??= setImmediate(() => {
      this.#flush = null;
      this.#sendBatches();
    });
  }

  #sendBatches(): void {
    while (this.#waiting.size > 0 && this.#batches.size < this.#options.sender.maxInFlight) {
      const batch = this.#send(this.#takeBatch()).finally(() => {
        this.#batches.delete(batch);
        this.#scheduleFlush();
      });
      this.#batches.add(batch);
    }
  }

  /** Takes the oldest messages, up to the sender's limits, but at least one. */
  #takeBatch(): Pending[] {
    const { maxBatchMessages, maxBatchBytes } = this.#options.sender;
    const batch: Pending[] = [];
    let bytes = 0;
    for (const pending of this.#waiting) {
      bytes += pending.bytes;
      if (batch.length > 0 && (batch.length >= maxBatchMessages || bytes > maxBatchBytes)) break;
      batch.push(pending);
      this.#waiting.delete(pending);
      this.#handedOver.add(pending);
    }
    return batch;
  }

  /**
   * Sends the batch with the deadline of its newest message. Older messages get their outcome at their own deadlines.
   */
  async #send(batch: readonly Pending[]): Promise<void> {
    this.#options.onBatch(batch.length);
    const outcomes = await this.#outcomesOf(batch);
    const { budget } = this.#options;
    batch.forEach((pending, index) => {
      budget.giveMessage();
      budget.giveBytes(pending.bytes);
      const outcome = outcomes[index] ?? { kind: 'bug' };
      if (this.#handedOver.delete(pending)) pending.onOutcome(outcome);
    });
  }

  async #outcomesOf(batch: readonly Pending[]): Promise<readonly EnqueueOutcome[]> {
    const { sender, onBug } = this.#options;
    try {
      return await sender.send(batch, batch.at(-1)?.deadlineMs ?? 0);
    } catch (error) {
      onBug(error);
      return [];
    }
  }

  #scheduleDeadline(): void {
    if (this.#deadline !== null) return;
    const deadlines = [this.#waiting, this.#handedOver].map((set) => firstOf(set)?.deadlineMs ?? Infinity);
    const next = Math.min(...deadlines);
    if (next === Infinity) return;
    this.#deadline = setTimeout(
      () => {
        this.#deadline = null;
        this.#answerExpired();
        this.#scheduleDeadline();
      },
      Math.max(1, next - performance.now()),
    );
  }

  #answerExpired(): void {
    const { budget } = this.#options;
    for (const pending of takeExpired(this.#waiting)) {
      budget.giveMessage();
      budget.giveBytes(pending.bytes);
      pending.onOutcome({ kind: 'not-enqueued', detail: 'the queue did not take it in time' });
    }
    for (const pending of takeExpired(this.#handedOver)) {
      pending.onOutcome({ kind: 'unknown', detail: 'no answer from the queue in time' });
    }
  }
}

function takeExpired(pendings: Set<Pending>): Pending[] {
  const now = performance.now();
  const expired: Pending[] = [];
  for (const pending of pendings) {
    if (pending.deadlineMs > now) break;
    pendings.delete(pending);
    expired.push(pending);
  }
  return expired;
}

function firstOf<T>(set: ReadonlySet<T>): T | undefined {
  for (const value of set) return value;
  return undefined;
}
