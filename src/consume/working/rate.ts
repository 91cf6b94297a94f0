/** A schedule up to this late catches up. A later one was idle, and starts again. */
const CATCHES_UP_MS = 20;

/** Schedules starts of work: at most `perSecond` per second, evenly spaced, without drift. */
export class Rate {
  readonly #intervalMs: number;
  #nextMs = Number.NEGATIVE_INFINITY;

  /** @param perSecond null for no limit */
  constructor(perSecond: number | null) {
    this.#intervalMs = perSecond === null ? 0 : 1000 / perSecond;
  }

  /** Reserves the next start and returns its time. */
  reserve(nowMs: number): number {
    if (this.#intervalMs === 0) return nowMs;
    // Timers fire late. Count from the planned time of the last start, not from its actual time.
    const startMs = this.#nextMs < nowMs - CATCHES_UP_MS ? nowMs : this.#nextMs;
    this.#nextMs = startMs + this.#intervalMs;
    return startMs;
  }

  /** Forgets all reserved starts. */
  reset(): void {
    this.#nextMs = Number.NEGATIVE_INFINITY;
  }
}
