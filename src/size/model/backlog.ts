import { numberHeap } from '../structures/heap.ts';
import { NumberQueue } from '../structures/number-queue.ts';

/** Counts the messages that have arrived but are not processed yet. */
export class Backlog {
  readonly #startsMs = new NumberQueue();
  readonly #finishesMs = new NumberQueue();
  readonly #inHandMs = numberHeap();
  messages = 0;
  peak = 0;
  peakAtMs = 0;
  drainedAtMs = 0;

  /** Adds a message. Its arrival and its start must not be earlier than those of the message before. */
  add(arrivalMs: number, startMs: number, finishMs: number): void {
    this.#startsMs.push(startMs);
    this.#finishesMs.push(finishMs);
    this.messages += 1;
    this.drainedAtMs = Math.max(this.drainedAtMs, finishMs);
    const backlog = this.#at(arrivalMs);
    if (backlog <= this.peak) return;
    this.peak = backlog;
    this.peakAtMs = arrivalMs;
  }

  #at(timeMs: number): number {
    while (this.#startsMs.first < timeMs) {
      this.#startsMs.shift();
      this.#inHandMs.push(this.#finishesMs.shift());
    }
    while ((this.#inHandMs.least ?? Number.POSITIVE_INFINITY) <= timeMs) this.#inHandMs.pop();
    return this.#startsMs.size + this.#inHandMs.size;
  }
}
