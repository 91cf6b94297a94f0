import type { Doubt } from '../queue/doubt.ts';
import type { VerifyRecord } from '../runs/documents/verify-json.ts';
import type { Histogram } from '../samples/latency/histogram.ts';
import type { RunInQueue } from './counting/in-queue.ts';

/** The result of `verify`, with a histogram of the end-to-end latencies in microseconds. */
export interface VerifyResult {
  readonly record: VerifyRecord;
  readonly histogram: Histogram;
  /** For each tag in hops.hlog, the histogram of the times to a hop, in microseconds. Empty without hops. */
  readonly hopHistograms: ReadonlyMap<string, Histogram>;
  /** Reasons why messages may be missing from the reading although it reached the end of the queue. */
  readonly doubts: readonly Doubt[];
  /**
   * Why messages after the start of the reading may be missing from it. Null if it read every offset from its start to
   * its end, or if it did not read a log.
   */
  readonly missed: Doubt | null;
  /**
   * Number of messages for which a service has receipts, but which the reading did not find. The queue was read to
   * its end.
   */
  readonly unseen: number;
  /** The messages of each run that were found. */
  readonly found: readonly RunInQueue[];
  /** The ID of the queue at the end of the reading. Null if the queue reports no ID. */
  readonly queueId: string | null;
  /** The ID of the queue, if a live reader read the queue and the ID stayed the same. Null otherwise. */
  readonly liveTopicId: string | null;
  /** Whether messages were read for an earlier start of a run. The reading then proves nothing about the last start. */
  readonly isOfOtherStart: boolean;
}
