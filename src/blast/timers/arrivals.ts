import type { PreciseTimer } from '../../plan/timers/timer.ts';
import type { Random } from './random.ts';

/**
 * The times at which a Precise Throughput Timer lets messages of a thread group leave. Each time of the timer's duration
 * has the same number of random times. Source: ConstantPoissonProcessGenerator.java.
 */
export class Arrivals {
  readonly #timer: PreciseTimer;
  readonly #random: Random;
  #times: Float64Array = new Float64Array(0);
  #at = 0;
  #inBatch = 0;
  #endSeconds = 0;

  constructor(timer: PreciseTimer, random: Random) {
    this.#timer = timer;
    this.#random = random;
  }

  /** Returns the time of the next message, in seconds since the start of the test. */
  next(): number {
    const { batchSize } = this.#timer;
    if (this.#inBatch === 0 && this.#at === this.#times.length) this.#generate();
    const time = this.#times[this.#at] ?? 0;
    this.#inBatch = (this.#inBatch + 1) % batchSize;
    if (this.#inBatch === 0) this.#at += 1;
    return time;
  }

  #generate(): void {
    const { durationSeconds } = this.#timer;
    const from = this.#endSeconds;
    this.#times = Float64Array.from({ length: arrivalsIn(this.#timer) }, () => {
      return from + this.#random() * durationSeconds;
    }).sort();
    this.#at = 0;
    this.#endSeconds += durationSeconds;
  }
}

function arrivalsIn({ throughput, periodSeconds, durationSeconds, batchSize }: PreciseTimer): number {
  return Math.ceil((throughput / periodSeconds / batchSize) * durationSeconds);
}
