import { BusiestSecond } from '../../size/model/busiest-second.ts';
import type { Arrival } from './arrival.ts';

/** What a service has done so far. With a run, all but `others` count the messages of that run alone. */
export interface Counts {
  /** Messages; one that the queue redelivered counts each time. */
  readonly processed: number;
  readonly deadLettered: number;
  readonly attempts: number;
  /** Attempts that failed. */
  readonly failed: number;
  /** Messages that the queue redelivered. */
  readonly redelivered: number;
  /** Messages of other runs or of no run, processed or dead-lettered. */
  readonly others: number;
}

/** Figures over the whole time. */
export interface Extremes {
  /** Messages a second from the first start of work to the last end; 0 before. */
  readonly perSecond: number;
  /** The most works that began within one second, those on messages of other runs included. */
  readonly busiestSecond: number;
  /** Until the first start of the work; null: no time of arrival is known. */
  readonly longestWaitMs: number | null;
  /** Until the end of the last attempt; null: no time of arrival is known. */
  readonly longestUntilProcessedMs: number | null;
  /** The time from which both are counted; `sender` where at least one message had no stamp of the queue. */
  readonly waitSince: 'queue' | 'sender' | null;
  /** When the last work ended, epoch milliseconds; null before. */
  readonly lastEndMs: number | null;
}

export class Counter {
  readonly #busiest = new BusiestSecond();
  #longestWaitMs: number | null = null;
  #longestUntilProcessedMs: number | null = null;
  #waitSince: Extremes['waitSince'] = null;
  readonly #counts = { processed: 0, deadLettered: 0, attempts: 0, failed: 0, redelivered: 0, others: 0 };
  /** Works that began, those on messages of other runs included. */
  starts = 0;
  #firstStartMs = Number.POSITIVE_INFINITY;
  #lastEndMs = Number.NEGATIVE_INFINITY;

  count(what: keyof Counts): void {
    this.#counts[what]++;
  }

  /** Work begins, whatever its outcome. */
  countStart(atMs: number): void {
    this.starts++;
    this.#busiest.add(atMs);
  }

  /** @param arrival null: the message was tried before */
  countAttempt(arrival: Arrival | null, startedAtMs: number, finishedAtMs: number): void {
    this.#counts.attempts++;
    if (arrival !== null) this.#countWait(arrival, startedAtMs);
    this.#firstStartMs = Math.min(this.#firstStartMs, startedAtMs);
    this.#lastEndMs = Math.max(this.#lastEndMs, finishedAtMs);
  }

  /** The last attempt at a message has ended. */
  countEnd({ atMs, source }: Arrival, finishedAtMs: number): void {
    if (source === 'receipt') return;
    this.#longestUntilProcessedMs = Math.max(this.#longestUntilProcessedMs ?? 0, finishedAtMs - atMs);
  }

  #countWait({ atMs, source }: Arrival, startedAtMs: number): void {
    if (source === 'receipt') return;
    // Clocks of several machines differ.
    this.#longestWaitMs = Math.max(this.#longestWaitMs ?? 0, startedAtMs - atMs);
    this.#waitSince = this.#waitSince === 'sender' ? 'sender' : source;
  }

  get counts(): Counts {
    return { ...this.#counts };
  }

  /** Messages that are acknowledged, without those of other runs. */
  get done(): number {
    return this.#counts.processed + this.#counts.deadLettered;
  }

  get extremes(): Extremes {
    const ms = this.#lastEndMs - this.#firstStartMs;
    return {
      perSecond: ms > 0 ? (this.done / ms) * 1000 : 0,
      busiestSecond: this.#busiest.count,
      longestWaitMs: this.#longestWaitMs,
      longestUntilProcessedMs: this.#longestUntilProcessedMs,
      waitSince: this.#waitSince,
      lastEndMs: Number.isFinite(this.#lastEndMs) ? this.#lastEndMs : null,
    };
  }
}
