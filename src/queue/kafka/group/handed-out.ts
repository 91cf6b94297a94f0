/** How far one partition was handed out, and what of it is not acknowledged yet. */
export class HandedOut {
  /** In the order in which they were handed out, which is that of the log. */
  #inHand = new Set<number>();
  #next: number;

  /** @param start the offset of the first message to be handed out */
  constructor(start: number) {
    this.#next = start;
  }

  /** @returns its acknowledgement, which is for this log alone: one made anew has the same offsets again */
  handOut(offset: number): () => void {
    const inHand = this.#inHand;
    inHand.add(offset);
    this.#next = offset + 1;
    return () => void inHand.delete(offset);
  }

  /** Nothing is to be handed out before `next`: what else stands there is for no consumer, such as markers. */
  skipTo(next: number): void {
    this.#next = Math.max(this.#next, next);
  }

  /** The log begins elsewhere than was thought: what was in hand is no part of it. */
  restart(beginning: number): void {
    this.#inHand = new Set();
    this.#next = beginning;
  }

  /** Everything before it was acknowledged: what the group may commit. */
  get position(): number {
    for (const lowest of this.#inHand) return lowest;
    return this.#next;
  }

  get inHand(): number {
    return this.#inHand.size;
  }

  /** Of what stands before `end`, and of what is in hand. */
  unacknowledged(end: number): number {
    return Math.max(0, end - this.#next) + this.#inHand.size;
  }
}
