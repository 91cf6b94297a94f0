/** The delivered offset of one partition, and its unacknowledged messages. */
export class HandedOut {
  /** In delivery order, which is the order of the log. */
  #inFlight = new Set<number>();
  #next: number;

  /** @param start offset of the first message to deliver */
  constructor(start: number) {
    this.#next = start;
  }

  /** @returns the acknowledgement, which is valid for this log only: a recreated log has the same offsets again */
  handOut(offset: number): () => void {
    const inFlight = this.#inFlight;
    inFlight.add(offset);
    this.#next = offset + 1;
    return () => void inFlight.delete(offset);
  }

  /** Nothing before `next` is a message for consumers, for example because it is a control record. */
  skipTo(next: number): void {
    this.#next = Math.max(this.#next, next);
  }

  /** The log now begins at another offset. Messages in flight are not part of it. */
  restart(beginning: number): void {
    this.#inFlight = new Set();
    this.#next = beginning;
  }

  /** The offset that the group may commit: every message before it is acknowledged. */
  get position(): number {
    for (const lowest of this.#inFlight) return lowest;
    return this.#next;
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Number of messages before `end` that are not delivered yet, plus the unacknowledged ones. */
  unacknowledged(end: number): number {
    return Math.max(0, end - this.#next) + this.#inFlight.size;
  }
}
