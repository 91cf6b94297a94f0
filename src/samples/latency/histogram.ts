import { type Histogram, newHistogram } from '../../hdr-histogram.ts';

export type { Histogram } from '../../hdr-histogram.ts';

const MICROSECONDS_IN_MS = 1000;
const LOWEST_MICROSECONDS = 1;
/** Highest latency that is recorded: 142 years. Two real clocks never differ by more. */
const HIGHEST_MICROSECONDS = 2 ** 52;
const SIGNIFICANT_DIGITS = 3;

/**
 * Creates a histogram of latencies in microseconds, from 1 µs with three significant digits. It is a typed
 * array of fixed size: 176 KB with 32-bit counts. No run has nearly 2^32 messages.
 */
export function newLatencyHistogram(): Histogram {
  return newHistogram(LOWEST_MICROSECONDS, HIGHEST_MICROSECONDS, SIGNIFICANT_DIGITS);
}

/** Records a latency in milliseconds, with a fraction. Less than 1 µs counts as 1 µs. */
export function recordLatencyMs(histogram: Histogram, latencyMs: number): void {
  histogram.recordValue(microsecondsOf(latencyMs));
}

export function recordLatenciesMs(histogram: Histogram, latencyMs: number, count: number): void {
  histogram.recordValueWithCount(microsecondsOf(latencyMs), count);
}

function microsecondsOf(latencyMs: number): number {
  const microseconds = Math.round(latencyMs * MICROSECONDS_IN_MS);
  return Math.min(Math.max(microseconds, LOWEST_MICROSECONDS), HIGHEST_MICROSECONDS);
}

export function percentileMs(histogram: Histogram, percentile: number): number {
  return histogram.getValueAtPercentile(percentile) / MICROSECONDS_IN_MS;
}

/** Adds histograms without loss, because all have the same buckets. */
export function mergeHistograms(histograms: Iterable<Histogram>): Histogram {
  const sum = newLatencyHistogram();
  for (const histogram of histograms) sum.add(histogram);
  return sum;
}

/** Statistics of latencies, in milliseconds with a fraction. */
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

/**
 * Returns the statistics of a histogram. They are the same before and after the histogram is stored in a
 * file. All are zero if the histogram is empty.
 */
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
