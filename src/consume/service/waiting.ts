/** Since when messages wait that are not done, as far as a service can know: those in flight came first. */
export class Waiting {
  readonly #inFlight = new Map<object, number>();
  /** Messages of other runs in flight. While there are some, nothing says that one of this run waits behind them. */
  readonly #others = new Set<object>();
  /** Of what waits in the queue while nothing is in flight: since then at least. */
  #queuedSinceMs: number | null = null;

  /** @param sinceMs when the message arrived, epoch milliseconds */
  add(message: object, sinceMs: number): void {
    this.#inFlight.set(message, sinceMs);
    this.#queuedSinceMs = null;
  }

  addOther(message: object): void {
    this.#others.add(message);
    this.#queuedSinceMs = null;
  }

  done(message: object): void {
    this.#inFlight.delete(message);
    this.#others.delete(message);
  }

  /** It goes back to the queue, and waits there. */
  giveBack(message: object): void {
    const sinceMs = this.#inFlight.get(message);
    this.done(message);
    if (sinceMs !== undefined) this.#queuedSinceMs = Math.min(sinceMs, this.#queuedSinceMs ?? sinceMs);
  }

  /** The age of the oldest, 0 when nothing waits. It is a lower bound where only the queue knows. */
  oldestAgeMs(nowMs: number, backlog: number): number {
    if (backlog === 0) {
      this.#queuedSinceMs = null;
      return 0;
    }
    if (this.#inFlight.size === 0 && this.#others.size === 0) this.#queuedSinceMs ??= nowMs;
    let sinceMs = this.#queuedSinceMs ?? nowMs;
    for (const inFlightSinceMs of this.#inFlight.values()) sinceMs = Math.min(sinceMs, inFlightSinceMs);
    return Math.max(0, nowMs - sinceMs);
  }
}
