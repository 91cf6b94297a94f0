/** Measures how long unfinished messages have waited. Messages in flight are older than those in the queue. */
export class Waiting {
  readonly #inFlight = new Map<object, number>();
  /**
   * Messages of other runs that are in flight. If there is such a message, the whole backlog may belong to other
   * runs.
   */
  readonly #others = new Set<object>();
  /** Latest possible arrival time of the oldest message in the queue. Used while no message is in flight. */
  #queuedSinceMs: number | null = null;

  /** @param sinceMs time since which the message waits, in epoch milliseconds */
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

  /**
   * Removes a message from the messages in flight, because the message returns to the queue. The message still waits
   * there.
   */
  giveBack(message: object): void {
    const sinceMs = this.#inFlight.get(message);
    this.done(message);
    if (sinceMs !== undefined) this.#queuedSinceMs = Math.min(sinceMs, this.#queuedSinceMs ?? sinceMs);
  }

  /**
   * Returns the age of the oldest message, or 0 if no message waits. While no message is in flight, the real age of
   * this message can be higher.
   */
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
