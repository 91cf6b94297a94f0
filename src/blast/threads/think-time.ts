import type { Timer } from '../../plan/plan.ts';

/** The total time that the timers make a thread wait. Source: JMeterThread.java, delay. */
export function thinkTimeMs(timers: readonly Timer[], random: () => number = Math.random): number {
  return timers.reduce((sum, { delayMs, rangeMs }) => sum + delayMs + Math.floor(random() * rangeMs), 0);
}

/** Holds threads during their think time, and calls each thread's action afterwards. */
export class Thinkers<T> {
  readonly #timeouts = new Map<T, NodeJS.Timeout>();

  add(thinker: T, ms: number, act: () => void): void {
    const wake = (): void => {
      this.#timeouts.delete(thinker);
      act();
    };
    this.#timeouts.set(thinker, setTimeout(wake, ms));
  }

  /** Removes and returns all waiting threads. The actions of these threads are not called. */
  takeAll(): T[] {
    const thinkers = [...this.#timeouts.keys()];
    for (const timeout of this.#timeouts.values()) clearTimeout(timeout);
    this.#timeouts.clear();
    return thinkers;
  }
}
