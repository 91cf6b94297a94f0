import type { Capacity } from '../../capacity/capacity.ts';
import { workVariation } from '../../capacity/work.ts';
import { saturatedPerSecond } from '../../size/service/saturated.ts';

/**
 * The number of attempts per second while messages waited, compared with the number that the user configured.
 */
export interface PaceResult {
  /** Attempts per second that all instances together should start while messages wait. */
  readonly configuredPerSecond: number;
  readonly achievedPerSecond: number;
  /** Total time in which more messages waited than the service can process at once. */
  readonly backlogMs: number;
  readonly isKept: boolean;
}

/**
 * A result needs at least this much time with enough waiting messages. In a shorter time, connecting to the queue
 * has too much influence on the measured pace.
 */
const LEAST_MS = 2_000;
const TOLERANCE = 0.05;
/** The mean of random work times may differ from the expected mean by this many standard errors. */
const DEVIATIONS = 3;

interface Look {
  readonly atMs: number;
  readonly starts: number;
}

/** Counts the attempts that start while more messages wait than the service can process at once. */
export class Pace {
  readonly #perSecond: number | null;
  readonly #slots: number;
  /** The coefficient of variation of the work times: their standard deviation, divided by their mean. */
  readonly #variation: number;
  #last: Look | null = null;
  #backlogMs = 0;
  #starts = 0;

  constructor(capacity: Omit<Capacity, 'failShare' | 'outages'>) {
    const { instances, concurrency, work } = capacity;
    this.#perSecond = saturatedPerSecond(capacity);
    this.#slots = instances * (work === null ? 1 : concurrency);
    this.#variation = work === null ? 0 : workVariation(work);
  }

  /**
   * Records the numbers at one moment.
   * @param waiting unfinished messages; null if the service takes no messages or the queue does not answer
   */
  look(atMs: number, waiting: number | null, starts: number): void {
    const isEnough = waiting !== null && waiting > this.#slots;
    if (isEnough && this.#last !== null) {
      this.#backlogMs += atMs - this.#last.atMs;
      this.#starts += starts - this.#last.starts;
    }
    this.#last = isEnough ? { atMs, starts } : null;
  }

  /**
   * The configured and the measured pace. Null if no pace is configured, or if messages did not wait for long
   * enough.
   */
  get result(): PaceResult | null {
    if (this.#perSecond === null || this.#backlogMs < LEAST_MS) return null;
    const due = (this.#perSecond * this.#backlogMs) / 1000;
    const chance = DEVIATIONS * this.#variation * Math.sqrt(due);
    return {
      configuredPerSecond: this.#perSecond,
      achievedPerSecond: (1000 * this.#starts) / this.#backlogMs,
      backlogMs: this.#backlogMs,
      isKept: this.#starts >= due * (1 - TOLERANCE) - chance,
    };
  }
}
