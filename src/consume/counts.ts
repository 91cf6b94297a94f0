import { BusiestSecond } from '../size/busiest-second.ts';

/** What a service has done so far. */
export interface Counts {
  /** Messages, those that the queue gave out again each time. */
  readonly processed: number;
  readonly deadLettered: number;
  readonly attempts: number;
  /** Attempts that failed. */
  readonly failed: number;
  /** Messages that the queue gave out again. */
  readonly redelivered: number;
}

/** Figures over the whole time. */
export interface Extremes {
  /** Messages a second from the first start of work to the last end; 0 before. */
  readonly perSecond: number;
  /** The most works that began within one second. */
  readonly busiestSecond: number;
  /** From a message's arrival to the first start of its work; null before. */
  readonly longestWaitMs: number | null;
  /** When the last work ended, epoch milliseconds; null before. */
  readonly lastEndMs: number | null;
}

export class Counter {
  readonly #busiest = new BusiestSecond();
  #longestWaitMs: number | null = null;
  readonly #counts = { processed: 0, deadLettered: 0, attempts: 0, failed: 0, redelivered: 0 };
  #firstStartMs = Number.POSITIVE_INFINITY;
  #lastEndMs = Number.NEGATIVE_INFINITY;

  count(what: keyof Counts): void {
    this.#counts[what]++;
  }

  /** Work begins, whatever becomes of it. */
  countStart(atMs: number): void {
    this.#busiest.add(atMs);
  }

  /** @param arrivedAtMs when the message arrived; null: it was tried before */
  countAttempt(arrivedAtMs: number | null, startedAtMs: number, finishedAtMs: number): void {
    this.#counts.attempts++;
    if (arrivedAtMs !== null) {
      this.#longestWaitMs = Math.max(this.#longestWaitMs ?? 0, startedAtMs - arrivedAtMs);
    }
    this.#firstStartMs = Math.min(this.#firstStartMs, startedAtMs);
    this.#lastEndMs = Math.max(this.#lastEndMs, finishedAtMs);
  }

  get counts(): Counts {
    return { ...this.#counts };
  }

  /** Messages that are done with: acknowledged. */
  get done(): number {
    return this.#counts.processed + this.#counts.deadLettered;
  }

  get extremes(): Extremes {
    const ms = this.#lastEndMs - this.#firstStartMs;
    return {
      perSecond: ms > 0 ? (this.done / ms) * 1000 : 0,
      busiestSecond: this.#busiest.count,
      longestWaitMs: this.#longestWaitMs,
      lastEndMs: Number.isFinite(this.#lastEndMs) ? this.#lastEndMs : null,
    };
  }
}
