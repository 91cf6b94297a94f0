import { type Capacity, startsPerSecond } from '../../capacity/capacity.ts';

/** Whether a service did what it is configured for while messages waited for it. */
export interface PaceResult {
  /** Works that all instances together should begin in a second. */
  readonly configuredPerSecond: number;
  readonly achievedPerSecond: number;
  /** How long more messages waited than the service could begin. */
  readonly backlogMs: number;
  readonly isKept: boolean;
}

/** A shorter time says nothing: joining the queue takes a part of it. */
const LEAST_MS = 2_000;
const TOLERANCE = 0.05;
/** Standard errors by which random work may take longer than its mean. */
const DEVIATIONS = 3;

interface Look {
  readonly atMs: number;
  readonly starts: number;
}

/** Counts the works that begin between two looks at which enough messages waited. */
export class Pace {
  readonly #perSecond: number | null;
  readonly #slots: number;
  readonly #isRandom: boolean;
  #last: Look | null = null;
  #backlogMs = 0;
  #starts = 0;

  constructor(capacity: Omit<Capacity, 'failShare' | 'outages'>) {
    const { instances, concurrency, work } = capacity;
    this.#perSecond = startsPerSecond(capacity);
    this.#slots = instances * (work === null ? 1 : concurrency);
    this.#isRandom = work !== null && work.kind !== 'constant';
  }

  /** @param waiting messages that are not done; null while the service takes none, or the queue does not answer */
  look(atMs: number, waiting: number | null, starts: number): void {
    const isEnough = waiting !== null && waiting > this.#slots;
    if (isEnough && this.#last !== null) {
      this.#backlogMs += atMs - this.#last.atMs;
      this.#starts += starts - this.#last.starts;
    }
    this.#last = isEnough ? { atMs, starts } : null;
  }

  /** Null: nothing is configured, or messages did not wait for long enough. */
  get result(): PaceResult | null {
    if (this.#perSecond === null || this.#backlogMs < LEAST_MS) return null;
    const due = (this.#perSecond * this.#backlogMs) / 1000;
    const chance = this.#isRandom ? DEVIATIONS * Math.sqrt(due) : 0;
    return {
      configuredPerSecond: this.#perSecond,
      achievedPerSecond: (1000 * this.#starts) / this.#backlogMs,
      backlogMs: this.#backlogMs,
      isKept: this.#starts >= due * (1 - TOLERANCE) - chance,
    };
  }
}
