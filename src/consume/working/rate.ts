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

  reserve(nowMs: number): number {
    if (this.#intervalMs === 0) return nowMs;
    const startMs = plannedStartMs(this.#nextMs, nowMs);
    this.#nextMs = startMs + this.#intervalMs;
    return startMs;
  }

  reset(): void {
    this.#nextMs = Number.NEGATIVE_INFINITY;
  }
}
