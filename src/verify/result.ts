import type { Histogram } from '../samples/histogram.ts';
import type { Counts, Offenders } from './counts.ts';
import type { LatencySource } from './latency.ts';
import type { Reason, Verdict } from './verdict.ts';

/** What `verify` concluded, and from what evidence. */
export interface VerifyResult {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly run: string;
  readonly queue: string;
  readonly counts: Counts;
  readonly offenders: Offenders;
  /** Every partition was read to its end. */
  readonly drained: boolean;
  readonly read: readonly PartitionRead[];
  readonly latency: Latency;
}

/** Offsets [from, to) that were read of a partition; `to` is null when the end is not known. */
export interface PartitionRead {
  readonly partition: number;
  readonly from: number;
  readonly to: number | null;
}

export interface Latency {
  readonly source: LatencySource | null;
  /** Microseconds, as in `e2e.hlog`. */
  readonly histogram: Histogram;
  /** Arrivals before their sending: skew of clocks, counted and left out of the histogram. */
  readonly negative: number;
  readonly mostNegativeMs: number;
}
