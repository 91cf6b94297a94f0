import { messageBytes } from '../../queue/message-bytes.ts';
import type { OutgoingMessage, Sender, SendOutcome } from '../../queue/queue.ts';
import type { Budget } from './budget.ts';

/**
 * Outcome of a message: the result of the queue adapter's sender, an error that the sender threw, or the reason why the
 * message never reached the sender.
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

/**
 * While a batch is on its way to the queue, the next messages wait for each other this long. Timers count whole
 * milliseconds, so a message can wait up to 1 ms longer. Fewer and larger batches need less CPU time. Producers of
 * Kafka 4 wait up to 5 ms (`linger.ms`, KIP-1030).
 */
const LINGER_MS = 1;

interface Pending {
  readonly message: OutgoingMessage;
  /** Size of the value and the headers. */
  readonly bytes: number;
  readonly deadlineMs: number;
  /** Reports the outcome of the message. Null after the outcome was reported. */
  onOutcome: ((outcome: EnqueueOutcome) => void) | null;
}

/**
 * Collects messages and passes them to the sender of the queue adapter in batches. At the end of each turn of the event
 * loop, all waiting messages are sent together, unless they wait for others while another batch is on its way. So
 * batches grow with the load.
 */
export class Batcher {
  readonly #options: BatcherOptions;
  /** Waiting messages in the order of their arrival, which is also the order of their deadlines. */
  #waiting: Pending[] = [];
  /**
   * The batches that the queue adapter's sender has, each with a promise that resolves when the batch has ended. The
   * messages of a batch are in the order of their deadlines.
   */
  readonly #batches = new Map<readonly Pending[], Promise<void>>();
  #flush: NodeJS.Immediate | null = null;
  #linger: NodeJS.Timeout | null = null;
  #deadline: NodeJS.Timeout | null = null;
  #closing = false;

  constructor(options: BatcherOptions) {
    this.#options = options;
  }

  /**
   * Takes a message, and calls back exactly once with its outcome, at the time-out at the latest. The caller
   * has already reserved the message's bytes in the memory budget.
   */
  submit(message: OutgoingMessage, onOutcome: (outcome: EnqueueOutcome) => void): void {
    const { budget, timeoutMs } = this.#options;
    const bytes = messageBytes(message);
    const obstacle = this.#obstacle();
    if (obstacle !== null) {
      budget.giveBytes(bytes);
      onOutcome({ kind: 'not-enqueued', detail: obstacle });
      return;
    }
    this.#waiting.push({ message, bytes, deadlineMs: performance.now() + timeoutMs, onOutcome });
    this.#scheduleFlush();
    this.#scheduleDeadline();
  }

  /** Refuses new messages. Resolves when all earlier messages have their outcome. */
  async close(): Promise<void> {
    this.#closing = true;
    while (this.#waiting.length > 0 || this.#batches.size > 0) {
      if (this.#batches.size > 0) await Promise.race(this.#batches.values());
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
    while (this.#waiting.length > 0 && this.#batches.size < this.#options.sender.maxInFlight) {
      const { count, isFull } = this.#nextBatch();
      const lingerMs = isFull ? 0 : this.#lingerMs();
      if (lingerMs > 0) {
        this.#sendAfter(lingerMs);
        return;
      }
      const batch = this.#takeFirst(count);
      const end = this.#send(batch).finally(() => {
        this.#batches.delete(batch);
        this.#scheduleFlush();
      });
      this.#batches.set(batch, end);
    }
  }

  /** Counts the oldest messages that the queue adapter's sender accepts in a batch: at least one. */
  #nextBatch(): { readonly count: number; readonly isFull: boolean } {
    const { maxBatchMessages, maxBatchBytes } = this.#options.sender;
    let count = 0;
    let bytes = 0;
    for (const pending of this.#waiting) {
      bytes += pending.bytes;
      if (count > 0 && (count >= maxBatchMessages || bytes > maxBatchBytes)) return { count, isFull: true };
      count++;
    }
    return { count, isFull: count >= maxBatchMessages };
  }

  /** Returns how long the oldest message still waits for others. */
  #lingerMs(): number {
    const [oldest] = this.#waiting;
    if (oldest === undefined || this.#closing || this.#batches.size === 0) return 0;
    return oldest.deadlineMs - this.#options.timeoutMs + LINGER_MS - performance.now();
  }

  #sendAfter(delayMs: number): void {
    this.#linger ??= setTimeout(() => {
      this.#linger = null;
      this.#sendBatches();
    }, Math.ceil(delayMs));
  }

  #takeFirst(count: number): Pending[] {
    const taken = this.#waiting.slice(0, count);
    this.#waiting = this.#waiting.slice(count);
    return taken;
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
      settle(pending, outcomes[index] ?? { kind: 'bug' });
    });
  }

  async #outcomesOf(batch: readonly Pending[]): Promise<readonly EnqueueOutcome[]> {
    const { sender, onBug } = this.#options;
    try {
      const messages = batch.map(({ message }) => message);
      return await sender.send(messages, batch.at(-1)?.deadlineMs ?? 0);
    } catch (error) {
      onBug(error);
      return [];
    }
  }

  #scheduleDeadline(): void {
    if (this.#deadline !== null) return;
    const pendings = [this.#waiting, ...this.#batches.keys()];
    const next = Math.min(...pendings.map((some) => some.find(isOpen)?.deadlineMs ?? Infinity));
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
    const now = performance.now();
    for (const pending of this.#takeFirst(expiredIn(this.#waiting, now))) {
      budget.giveMessage();
      budget.giveBytes(pending.bytes);
      settle(pending, { kind: 'not-enqueued', detail: 'the queue did not take the message in time' });
    }
    for (const batch of this.#batches.keys()) {
      for (const pending of batch.slice(0, expiredIn(batch, now))) {
        settle(pending, { kind: 'unknown', detail: 'no answer from the queue in time' });
      }
    }
  }
}

/** Returns the number of messages at the start of the list whose deadlines have passed. */
function expiredIn(pendings: readonly Pending[], nowMs: number): number {
  const open = pendings.findIndex(({ deadlineMs }) => deadlineMs > nowMs);
  return open < 0 ? pendings.length : open;
}

function isOpen({ onOutcome }: Pending): boolean {
  return onOutcome !== null;
}

function settle(pending: Pending, outcome: EnqueueOutcome): void {
  const { onOutcome } = pending;
  pending.onOutcome = null;
  onOutcome?.(outcome);
}
