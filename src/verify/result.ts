import type { Doubt } from '../queue/doubt.ts';
import type { VerifyRecord } from '../runs/documents/verify-json.ts';
import type { Histogram } from '../samples/latency/histogram.ts';

/** What `verify` concluded, and the end-to-end latencies in microseconds. */
export interface VerifyResult {
  readonly record: VerifyRecord;
  readonly histogram: Histogram;
  /** Why the reading may not tell everything, though it came to the end. */
  readonly doubts: readonly Doubt[];
  /** Messages of which a service has receipts, and that reading to the queue's end did not find. */
  readonly unseen: number;
}
