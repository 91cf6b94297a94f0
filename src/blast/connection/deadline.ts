/**
 * A time-out that starts again for each request. The time-out reuses one timer, because creating a timer for each
 * request costs more.
 */
export class Deadline {
  readonly #onLate: () => void;
  #timer: NodeJS.Timeout | null = null;
  #timeoutMs = 0;
  #isSet = false;

  constructor(onLate: () => void) {
    this.#onLate = onLate;
  }

  /**
   * Starts the time-out for a request.
   * @param timeoutMs 0 if there is no time-out
   */
  set(timeoutMs: number): void {
    this.#isSet = timeoutMs > 0;
    if (!this.#isSet) return;
    if (this.#timer !== null && timeoutMs === this.#timeoutMs) {
      this.#timer.refresh();
      return;
    }
    clearTimeout(this.#timer ?? undefined);
    this.#timeoutMs = timeoutMs;
    this.#timer = setTimeout(() => this.#isSet && this.#onLate(), timeoutMs);
  }

  /** Ends the time-out, because the awaited event came in time. The next request reuses the timer. */
  met(): void {
    this.#isSet = false;
  }

  close(): void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = null;
  }
}
