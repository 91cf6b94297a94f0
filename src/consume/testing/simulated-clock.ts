import type { Clock } from '../working/clock.ts';

interface Sleeper {
  readonly atMs: number;
  readonly wake: () => void;
}

/** A clock that only a test moves forward. It wakes waiting code in the order of the times. */
export class SimulatedClock implements Clock {
  readonly #sleepers = new Set<Sleeper>();
  /** How many milliseconds late each timer fires. */
  readonly #lateMs: number;
  #nowMs = 0;

  constructor(lateMs = 0) {
    this.#lateMs = lateMs;
  }

  now(): number {
    return this.#nowMs;
  }

  until(atMs: number, signal: AbortSignal): Promise<void> {
    if (atMs <= this.#nowMs || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = () => {
        this.#sleepers.delete(sleeper);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const sleeper = { atMs: atMs + this.#lateMs, wake };
      this.#sleepers.add(sleeper);
      signal.addEventListener('abort', wake);
    });
  }

  async passTo(atMs: number): Promise<void> {
    await turn();
    for (let next = this.#next(atMs); next !== null; next = this.#next(atMs)) {
      this.#nowMs = next.atMs;
      next.wake();
      await turn();
    }
    this.#nowMs = atMs;
  }

  #next(untilMs: number): Sleeper | null {
    const [first] = [...this.#sleepers].sort((a, b) => a.atMs - b.atMs);
    return first !== undefined && first.atMs <= untilMs ? first : null;
  }
}

/** Lets all code run that does not wait for the simulated clock. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
