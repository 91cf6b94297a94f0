import type { Doubt } from '../queue/doubt.ts';
import type { VerifyRecord } from '../runs/documents/verify-json.ts';
import type { Histogram } from '../samples/latency/histogram.ts';

/** The result of `verify`, and the end-to-end latencies in microseconds. */
export interface VerifyResult {
  readonly record: VerifyRecord;
  readonly histogram: Histogram;
  /** Why the reading may be incomplete although it reached the end of the queue. */
  readonly doubts: readonly Doubt[];
  /**
   * Number of messages with a receipt of a service that were not found in the queue, although it was read to its end.
   */
  readonly unseen: number;
}
