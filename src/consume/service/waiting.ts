/** Tracks how long unfinished messages have waited. Messages in flight are older than those in the queue. */
export class Waiting {
  readonly #inFlight = new Map<object, number>();
  /** Messages of other runs in flight. While there are any, the backlog need not contain a message of this run. */
  readonly #others = new Set<object>();
  /** Latest possible arrival of the oldest message in the queue. Used while nothing is in flight. */
  #queuedSinceMs: number | null = null;

  /** @param sinceMs arrival of the message, in epoch milliseconds */
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

  /** The message goes back to the queue and waits there. */
  giveBack(message: object): void {
    const sinceMs = this.#inFlight.get(message);
    this.done(message);
    if (sinceMs !== undefined) this.#queuedSinceMs = Math.min(sinceMs, this.#queuedSinceMs ?? sinceMs);
  }

  /** Age of the oldest message, 0 if none waits. A lower limit while the oldest is not in flight. */
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
