import { numberHeap } from '../structures/heap.ts';
import { BusiestSecond } from './busiest-second.ts';

/** Collects the starts of attempts. First attempts come in order of time; retries come in any order. */
export class Starts {
  readonly #busiest = new BusiestSecond();
  /** Retries that start later than first attempts that are still to be added. */
  readonly #retriesMs = numberHeap();

  add(startMs: number, retriesMs: readonly number[]): void {
    this.#passTo(startMs);
    this.#busiest.add(startMs);
    for (const retryMs of retriesMs) this.#retriesMs.push(retryMs);
  }

  /** Largest number of starts within one second. Call it after the last `add`. */
  busiestSecond(): number {
    this.#passTo(Number.POSITIVE_INFINITY);
    return this.#busiest.count;
  }

  #passTo(timeMs: number): void {
    for (let ms = this.#retriesMs.least; ms !== undefined && ms <= timeMs; ms = this.#retriesMs.least) {
      this.#busiest.add(ms);
      this.#retriesMs.pop();
    }
  }
}
