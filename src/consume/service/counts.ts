import { BusiestSecond } from '../../size/model/busiest-second.ts';
import type { Arrival } from './arrival.ts';

/**
 * Totals since the start of the service. If the service counts one run, messages of other runs are only in `others`.
 */
export interface Counts {
  /** Messages that were processed. A redelivered message counts each time. */
  readonly processed: number;
  readonly deadLettered: number;
  readonly attempts: number;
  /** Number of attempts that failed. */
  readonly failed: number;
  readonly redelivered: number;
  /** Messages of other runs or of no run that were processed or dead-lettered. */
  readonly others: number;
}

export interface Extremes {
  /** Messages per second, from the first start of work to the last end of work. 0 before any work ended. */
  readonly perSecond: number;
  /** Largest number of attempts that started within one second. Messages of other runs count, too. */
  readonly busiestSecond: number;
  /** Longest time from a message's arrival to the first start of work on it. Null if no time of arrival is known. */
  readonly longestWaitMs: number | null;
  /** Longest time from a message's arrival to the end of its last attempt. Null if no time of arrival is known. */
  readonly longestUntilProcessedMs: number | null;
  /** Where the arrival times come from. `sender` if at least one message had no timestamp of the queue. */
  readonly waitSince: 'queue' | 'sender' | null;
  /**
   * Longest time by which work on a message started before the message arrived. Above 0 if the clock that recorded the
   * arrivals is ahead of the service's clock. Null if no time of arrival is known.
   */
  readonly clockAheadMs: number | null;
  /** Time at which the latest work ended, in epoch milliseconds. Null before any work ended. */
  readonly lastEndMs: number | null;
}

export class Counter {
  readonly #busiest = new BusiestSecond();
  #longestWaitMs: number | null = null;
  #longestUntilProcessedMs: number | null = null;
  #waitSince: Extremes['waitSince'] = null;
  #clockAheadMs: number | null = null;
  readonly #counts = { processed: 0, deadLettered: 0, attempts: 0, failed: 0, redelivered: 0, others: 0 };
  /** Number of started attempts, including attempts for messages of other runs. */
  starts = 0;
  #firstStartMs = Number.POSITIVE_INFINITY;
  #lastEndMs = Number.NEGATIVE_INFINITY;

  count(what: keyof Counts): void {
    this.#counts[what]++;
  }

  countStart(atMs: number): void {
    this.starts++;
    this.#busiest.add(atMs);
  }

  /** @param arrival null if the attempt is a retry */
  countAttempt(arrival: Arrival | null, startedAtMs: number, finishedAtMs: number): void {
    this.#counts.attempts++;
    if (arrival !== null) this.#countWait(arrival, startedAtMs);
    this.#firstStartMs = Math.min(this.#firstStartMs, startedAtMs);
    this.#lastEndMs = Math.max(this.#lastEndMs, finishedAtMs);
  }

  /** Counts a message whose last attempt has ended. */
  countEnd({ atMs, source }: Arrival, finishedAtMs: number): void {
    if (source === 'receipt') return;
    this.#longestUntilProcessedMs = Math.max(this.#longestUntilProcessedMs ?? 0, finishedAtMs - atMs);
  }

  #countWait({ atMs, source }: Arrival, startedAtMs: number): void {
    if (source === 'receipt') return;
    // The clocks of different machines can differ. If a waiting time is negative, it counts as 0.
    this.#longestWaitMs = Math.max(this.#longestWaitMs ?? 0, startedAtMs - atMs);
    this.#clockAheadMs = Math.max(this.#clockAheadMs ?? 0, atMs - startedAtMs);
    this.#waitSince = this.#waitSince === 'sender' ? 'sender' : source;
  }

  get counts(): Counts {
    return { ...this.#counts };
  }

  /** Number of acknowledged messages, without messages of other runs. */
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
      clockAheadMs: this.#clockAheadMs,
      lastEndMs: Number.isFinite(this.#lastEndMs) ? this.#lastEndMs : null,
    };
  }
}
