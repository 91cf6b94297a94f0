import { type Histogram, newHistogram } from '../../hdr-histogram.ts';
import type { Waits } from './model.ts';

const MICROSECONDS_IN_MS = 1000;
/**
 * Longest time that the histogram records exactly: 142 years, with 176 KB of memory. For longer times, only
 * the maximum is exact.
 */
const HIGHEST_MICROSECONDS = 2 ** 52;

/** Records waiting times in constant memory. Mean and maximum are exact; percentiles have three digits. */
export class WaitHistogram implements Waits {
  readonly #histogram: Histogram = newHistogram(1, HIGHEST_MICROSECONDS, 3);
  #count = 0;
  #sumMs = 0;
  longestMs = 0;

  record(waitMs: number): void {
    this.#count += 1;
    this.#sumMs += waitMs;
    this.longestMs = Math.max(this.longestMs, waitMs);
    this.#histogram.recordValue(Math.min(Math.round(waitMs * MICROSECONDS_IN_MS), HIGHEST_MICROSECONDS));
  }

  get meanMs(): number {
    return this.#count === 0 ? 0 : this.#sumMs / this.#count;
  }

  percentileMs(percentile: number): number {
    if (percentile === 100) return this.longestMs;
    const microseconds = this.#histogram.getValueAtPercentile(percentile);
    if (microseconds >= HIGHEST_MICROSECONDS) return this.longestMs;
    return Math.min(microseconds / MICROSECONDS_IN_MS, this.longestMs);
  }
}
