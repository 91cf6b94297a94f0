import { plannedStartMs } from '../../capacity/planned-start.ts';

/**
 * Gives each attempt a start time: at most `perSecond` per second, evenly spaced. A late start does not delay later
 * starts.
 */
export class Rate {
  readonly #intervalMs: number;
  #nextMs = Number.NEGATIVE_INFINITY;

  /** @param perSecond maximum number of starts per second; null for no limit */
  constructor(perSecond: number | null) {
    this.#intervalMs = perSecond === null ? 0 : 1000 / perSecond;
  }

  /** Earliest time of the next start. Minus infinity if the next attempt can start at any time. */
  get nextMs(): number {
    return this.#nextMs;
  }

  /** Returns the time of the next start. Null, and reserves nothing, if this start would be later than `byMs`. */
  reserve(nowMs: number, byMs: number): number | null {
    if (this.#intervalMs === 0) return nowMs;
    const startMs = plannedStartMs(this.#nextMs, nowMs);
    if (startMs > byMs) return null;
    this.#nextMs = startMs + this.#intervalMs;
    return startMs;
  }

  reset(): void {
    this.#nextMs = Number.NEGATIVE_INFINITY;
  }
}
