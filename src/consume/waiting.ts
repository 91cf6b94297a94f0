/** Since when messages wait that are not done with, as far as a service can know: those in hand came first. */
export class Waiting {
  readonly #inHand = new Map<object, number>();
  /** Of what waits in the queue while nothing is in hand: since then at least. */
  #queuedSinceMs: number | null = null;

  /** @param sinceMs when the message was sent, epoch milliseconds */
  add(message: object, sinceMs: number): void {
    this.#inHand.set(message, sinceMs);
    this.#queuedSinceMs = null;
  }

  done(message: object): void {
    this.#inHand.delete(message);
  }

  /** It goes back to the queue, and waits there. */
  giveBack(message: object): void {
    const sinceMs = this.#inHand.get(message);
    this.#inHand.delete(message);
    if (sinceMs !== undefined) this.#queuedSinceMs = Math.min(sinceMs, this.#queuedSinceMs ?? sinceMs);
  }

  /** The age of the oldest, 0 when nothing waits. It is a lower bound where only the queue knows. */
  oldestAgeMs(nowMs: number, backlog: number): number {
    if (backlog === 0) {
      this.#queuedSinceMs = null;
      return 0;
    }
    if (this.#inHand.size === 0) this.#queuedSinceMs ??= nowMs;
    let sinceMs = this.#queuedSinceMs ?? nowMs;
    for (const inHandSinceMs of this.#inHand.values()) sinceMs = Math.min(sinceMs, inHandSinceMs);
    return Math.max(0, nowMs - sinceMs);
  }
}
