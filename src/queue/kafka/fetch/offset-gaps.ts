import type { Timestamp } from '../../reader.ts';
import type { RecordBatch } from './record-batch.ts';

/** A range of offsets without a record. */
export interface OffsetGap {
  readonly from: number;
  /** The last offset of the range. */
  readonly to: number;
  /**
   * Timestamp of the batch that contains the gap or follows it. If the broker set that timestamp, no record
   * before the gap is newer.
   */
  readonly before: Timestamp;
}

/**
 * Returns the last range of offsets without a record, in the batches read from a position. Null if there is
 * no such range. Only compaction causes such a range, because a broker numbers records without gaps, and a
 * fetch also returns control batches and aborted batches. Compaction removes whole batches or single records.
 * A batch without some of its records keeps its range of offsets in the header (Kafka's
 * DefaultRecordBatch.java, LogCleaner).
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
