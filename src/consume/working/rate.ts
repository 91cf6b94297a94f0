/**
 * If an attempt starts late by at most this time, the later start times stay the same. After a longer delay, no work
 * was waiting, so the schedule begins again at the present time.
 */
const CATCHES_UP_MS = 20;

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
    // Timers fire late. So the next start is computed from the planned time of the last start, not from its actual
    // time.
    const startMs = this.#nextMs < nowMs - CATCHES_UP_MS ? nowMs : this.#nextMs;
    this.#nextMs = startMs + this.#intervalMs;
    return startMs;
  }

  reset(): void {
    this.#nextMs = Number.NEGATIVE_INFINITY;
  }
}
