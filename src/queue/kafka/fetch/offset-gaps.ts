import type { Timestamp } from '../../queue.ts';
import type { RecordBatch } from './record-batch.ts';

/** Offsets of a log that have no record. */
export interface OffsetGap {
  readonly from: number;
  /** The last of them. */
  readonly to: number;
  /** The stamp of the batch that has the gap, or follows it: nothing before it came later, by a broker's clock. */
  readonly before: Timestamp;
}

/**
 * The last range of offsets without a record among batches that were read from a position; null: each has one.
 * A broker gives every record the next offset, those of idempotent producers too, and a fetch returns the control
 * batches and the aborted batches of transactions. So only compaction leaves a gap: it removes batches, or records of
 * a batch, whose header keeps its offsets (Kafka's DefaultRecordBatch.java, LogCleaner).
 */
export function lastOffsetGap(position: number, batches: readonly RecordBatch[]): OffsetGap | null {
  let gap: OffsetGap | null = null;
  let next = position;
  for (const batch of batches) {
    const { baseOffset, lastOffset, count } = batch;
    if (baseOffset > next) gap = gapOf(batch, next, baseOffset - 1);
    if (lastOffset >= position && count <= lastOffset - baseOffset)
      gap = gapOf(batch, baseOffset, lastOffset);
    next = Math.max(next, lastOffset + 1);
  }
  return gap;
}

function gapOf({ timestampSource, maxTimestampMs }: RecordBatch, from: number, to: number): OffsetGap {
  return { from, to, before: { source: timestampSource, atMs: maxTimestampMs } };
}
