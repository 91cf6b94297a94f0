import { BusiestSecond } from '../../size/model/busiest-second.ts';
import type { Arrival } from './arrival.ts';

/** Counts of a service so far. With a run, all except `others` count only messages of that run. */
export interface Counts {
  /** Processed messages. A redelivered message counts each time. */
  readonly processed: number;
  readonly deadLettered: number;
  readonly attempts: number;
  /** Failed attempts. */
  readonly failed: number;
  /** Messages that the queue redelivered. */
  readonly redelivered: number;
  /** Messages of other runs or of no run, processed or dead-lettered. */
  readonly others: number;
}

/** Extreme values over the whole run of the service. */
export interface Extremes {
  /** Messages per second from the first start of work to the last end. 0 before that. */
  readonly perSecond: number;
  /** Largest number of attempts that started within one second, including messages of other runs. */
  readonly busiestSecond: number;
  /** From the arrival to the first start of work. Null if no time of arrival is known. */
  readonly longestWaitMs: number | null;
  /** From the arrival to the end of the last attempt. Null if no time of arrival is known. */
  readonly longestUntilProcessedMs: number | null;
  /** Origin of the arrival times. `sender` if at least one message had no timestamp of the queue. */
  readonly waitSince: 'queue' | 'sender' | null;
  /** End of the last work, in epoch milliseconds. Null before that. */
  readonly lastEndMs: number | null;
}

export class Counter {
  readonly #busiest = new BusiestSecond();
  #longestWaitMs: number | null = null;
  #longestUntilProcessedMs: number | null = null;
  #waitSince: Extremes['waitSince'] = null;
  readonly #counts = { processed: 0, deadLettered: 0, attempts: 0, failed: 0, redelivered: 0, others: 0 };
  /** Attempts that started, including messages of other runs. */
  starts = 0;
  #firstStartMs = Number.POSITIVE_INFINITY;
  #lastEndMs = Number.NEGATIVE_INFINITY;

  count(what: keyof Counts): void {
    this.#counts[what]++;
  }

  /** Counts an attempt when it starts, whatever its outcome. */
  countStart(atMs: number): void {
    this.starts++;
    this.#busiest.add(atMs);
  }

  /** @param arrival null if this is a retry */
  countAttempt(arrival: Arrival | null, startedAtMs: number, finishedAtMs: number): void {
    this.#counts.attempts++;
    if (arrival !== null) this.#countWait(arrival, startedAtMs);
    this.#firstStartMs = Math.min(this.#firstStartMs, startedAtMs);
    this.#lastEndMs = Math.max(this.#lastEndMs, finishedAtMs);
  }

  /** Counts a message when its last attempt ends. */
  countEnd({ atMs, source }: Arrival, finishedAtMs: number): void {
    if (source === 'receipt') return;
    this.#longestUntilProcessedMs = Math.max(this.#longestUntilProcessedMs ?? 0, finishedAtMs - atMs);
  }

  #countWait({ atMs, source }: Arrival, startedAtMs: number): void {
    if (source === 'receipt') return;
    // Clocks of different machines can differ, so a wait could be negative.
    this.#longestWaitMs = Math.max(this.#longestWaitMs ?? 0, startedAtMs - atMs);
    this.#waitSince = this.#waitSince === 'sender' ? 'sender' : source;
  }

  get counts(): Counts {
    return { ...this.#counts };
  }

  /** Acknowledged messages, without those of other runs. */
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
