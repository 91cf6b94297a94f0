/** A schedule that runs this late catches up; one that runs later than that has been idle, and begins anew. */
const CATCHES_UP_MS = 20;

/** When work may start: at most `perSecond` a second, evenly spaced, without drift. */
export class Rate {
  readonly #intervalMs: number;
  #nextMs = Number.NEGATIVE_INFINITY;

  /** @param perSecond null: no limit */
  constructor(perSecond: number | null) {
    this.#intervalMs = perSecond === null ? 0 : 1000 / perSecond;
  }

  /** Takes the next place in the schedule, and tells when that is. */
  reserve(nowMs: number): number {
    if (this.#intervalMs === 0) return nowMs;
    // Timers fire late. The place is where the last one was meant to be, not where it came to be.
    const startMs = this.#nextMs < nowMs - CATCHES_UP_MS ? nowMs : this.#nextMs;
    this.#nextMs = startMs + this.#intervalMs;
    return startMs;
  }

  /** Nobody holds a place any more. */
  reset(): void {
    this.#nextMs = Number.NEGATIVE_INFINITY;
  }
}
