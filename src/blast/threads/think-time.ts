import type { Timer } from '../../plan/plan.ts';

/** How long the timers want a thread to wait, all together. Source: JMeterThread.java, delay. */
export function thinkTimeMs(timers: readonly Timer[], random: () => number = Math.random): number {
  return timers.reduce((sum, { delayMs, rangeMs }) => sum + delayMs + Math.floor(random() * rangeMs), 0);
}

/** Those that think before they act, each until its own time. */
export class Thinkers<T> {
  readonly #timeouts = new Map<T, NodeJS.Timeout>();

  add(thinker: T, ms: number, act: () => void): void {
    const wake = (): void => {
      this.#timeouts.delete(thinker);
      act();
    };
    this.#timeouts.set(thinker, setTimeout(wake, ms));
  }

  /** Takes out all who still think; they will not act. */
  takeAll(): T[] {
    const thinkers = [...this.#timeouts.keys()];
    for (const timeout of this.#timeouts.values()) clearTimeout(timeout);
    this.#timeouts.clear();
    return thinkers;
  }
}
