import type { Histogram } from 'hdr-histogram-js';
import { build } from 'hdr-histogram-js';

export type { Histogram } from 'hdr-histogram-js';

const MICROSECONDS_IN_MS = 1000;
const LOWEST_MICROSECONDS = 1;
/** 142 years: whatever two clocks of this world differ by. */
const HIGHEST_MICROSECONDS = 2 ** 52;
const SIGNIFICANT_DIGITS = 3;

/**
 * A histogram of latencies from 1 µs on with three significant digits, counted in microseconds.
 * 32-bit counts in a typed array of a fixed size: 176 KB, and no count of a run comes near 2^32.
 */
export function newLatencyHistogram(): Histogram {
  return build({
    bitBucketSize: 32,
    autoResize: false,
    lowestDiscernibleValue: LOWEST_MICROSECONDS,
    highestTrackableValue: HIGHEST_MICROSECONDS,
    numberOfSignificantValueDigits: SIGNIFICANT_DIGITS,
  });
}

/** Records a latency, milliseconds with a fraction. Less than 1 µs counts as 1 µs. */
export function recordLatencyMs(histogram: Histogram, latencyMs: number): void {
  const microseconds = Math.round(latencyMs * MICROSECONDS_IN_MS);
  histogram.recordValue(Math.min(Math.max(microseconds, LOWEST_MICROSECONDS), HIGHEST_MICROSECONDS));
}

export function percentileMs(histogram: Histogram, percentile: number): number {
  return histogram.getValueAtPercentile(percentile) / MICROSECONDS_IN_MS;
}

/** A sum of histograms without any loss: the buckets are the same everywhere. */
export function mergeHistograms(histograms: Iterable<Histogram>): Histogram {
  const sum = newLatencyHistogram();
  for (const histogram of histograms) sum.add(histogram);
  return sum;
}

/** Milliseconds with a fraction. */
export interface LatencyMs {
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** The figures shown of a histogram, the same before and after it was in a file; zeros when it is empty. */
export function summariseHistogram(histogram: Histogram): LatencyMs {
  return {
    count: histogram.totalCount,
    mean: histogram.mean / MICROSECONDS_IN_MS,
    min: percentileMs(histogram, 0),
    p50: percentileMs(histogram, 50),
    p90: percentileMs(histogram, 90),
    p95: percentileMs(histogram, 95),
    p99: percentileMs(histogram, 99),
    p999: percentileMs(histogram, 99.9),
    max: percentileMs(histogram, 100),
  };
}
