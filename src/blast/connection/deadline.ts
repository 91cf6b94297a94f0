/** A time-out that is set anew for each request. One timer is used again and again, because making one costs more. */
export class Deadline {
  readonly #onLate: () => void;
  #timer: NodeJS.Timeout | null = null;
  #timeoutMs = 0;
  #isSet = false;

  constructor(onLate: () => void) {
    this.#onLate = onLate;
  }

  /** @param timeoutMs 0 if there is no time-out */
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

  /** What was waited for came in time. The timer stays for the next request. */
  met(): void {
    this.#isSet = false;
  }

  close(): void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = null;
  }
}
