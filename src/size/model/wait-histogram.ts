import { build, type Histogram } from 'hdr-histogram-js';
import type { Waits } from './model.ts';

const MICROSECONDS_IN_MS = 1000;
/** A hundred days: a backlog may take far longer than any request, and the histogram stays below 150 KB. */
const HIGHEST_MICROSECONDS = 100 * 86_400_000 * MICROSECONDS_IN_MS;

/** Waits one by one, in constant memory: mean and longest exactly, percentiles to three digits. */
export class WaitHistogram implements Waits {
  readonly #histogram: Histogram = build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: HIGHEST_MICROSECONDS,
    numberOfSignificantValueDigits: 3,
  });
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
    return Math.min(this.#histogram.getValueAtPercentile(percentile) / MICROSECONDS_IN_MS, this.longestMs);
  }
}
