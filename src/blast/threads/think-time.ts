/** The longest time that Node's timers can wait. */
const MOST_MS = 2 ** 31 - 1;

/** Holds threads during their think time, and calls each thread's action afterwards. */
export class Thinkers<T> {
  readonly #timeouts = new Map<T, NodeJS.Timeout>();

  add(thinker: T, ms: number, act: () => void): void {
    const wake = (): void => {
      this.#timeouts.delete(thinker);
      act();
    };
    const waitOn = (leftMs: number): void => {
      const nowMs = Math.min(leftMs, MOST_MS);
      const then = leftMs > MOST_MS ? () => waitOn(leftMs - nowMs) : wake;
      this.#timeouts.set(thinker, setTimeout(then, nowMs));
    };
    waitOn(ms);
  }

  /** Removes and returns all waiting threads. The actions of these threads are not called. */
  takeAll(): T[] {
    const thinkers = [...this.#timeouts.keys()];
    for (const timeout of this.#timeouts.values()) clearTimeout(timeout);
    this.#timeouts.clear();
    return thinkers;
  }
}
