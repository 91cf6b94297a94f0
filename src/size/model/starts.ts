import { numberHeap } from '../structures/heap.ts';
import { BusiestSecond } from './busiest-second.ts';

/**
 * Counts the attempts that start within one second. First attempts must be added in the order of time, retries in any
 * order.
 */
export class Starts {
  readonly #busiest = new BusiestSecond();
  /** Retries that start later than the latest first attempt. They are counted when later first attempts are added. */
  readonly #retriesMs = numberHeap();

  add(startMs: number, retriesMs: readonly number[]): void {
    this.#passTo(startMs);
    this.#busiest.add(startMs);
    for (const retryMs of retriesMs) this.#retriesMs.push(retryMs);
  }

  /** Largest number of attempts that start within one second. Call this after the last `add`. */
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
