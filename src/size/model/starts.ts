import { numberHeap } from '../structures/heap.ts';
import { BusiestSecond } from './busiest-second.ts';

/** The starts of works, first attempts in the order of time and those after them whenever they come. */
export class Starts {
  readonly #busiest = new BusiestSecond();
  /** They begin after works that are not known yet. */
  readonly #retriesMs = numberHeap();

  add(startMs: number, retriesMs: readonly number[]): void {
    this.#passTo(startMs);
    this.#busiest.add(startMs);
    for (const retryMs of retriesMs) this.#retriesMs.push(retryMs);
  }

  /** The most that begin within one second. Nothing is added afterwards. */
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
