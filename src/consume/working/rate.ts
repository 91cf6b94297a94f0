/**
 * If an attempt starts late by at most this much, later attempts keep their planned start times. If an attempt starts
 * later than that, no work was waiting, and the schedule begins again at the present time.
 */
const CATCHES_UP_MS = 20;

/** Gives each attempt a start time: at most `perSecond` per second, evenly spaced. Delays do not add up. */
export class Rate {
  readonly #intervalMs: number;
  #nextMs = Number.NEGATIVE_INFINITY;

  /**
   * Creates a schedule.
   * @param perSecond maximum number of starts per second; null for no limit
   */
  constructor(perSecond: number | null) {
    this.#intervalMs = perSecond === null ? 0 : 1000 / perSecond;
  }

  /** Reserves the next start time and returns it. */
  reserve(nowMs: number): number {
    if (this.#intervalMs === 0) return nowMs;
    // Timers fire late, so this counts from the planned time of the last start, not from its actual time.
    const startMs = this.#nextMs < nowMs - CATCHES_UP_MS ? nowMs : this.#nextMs;
    this.#nextMs = startMs + this.#intervalMs;
    return startMs;
  }

  /** Forgets the reserved start times. */
  reset(): void {
    this.#nextMs = Number.NEGATIVE_INFINITY;
  }
}
