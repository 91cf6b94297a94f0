import { forEachRecord, type RecordBatch } from './record-batch.ts';
import type { AbortedTransaction } from './response.ts';

/** A control record's key: version, then type, of which 0 is an abort (ControlRecordType in Kafka). */
const ABORT_MARKER_KEY = Buffer.from([0, 0, 0, 0]);

/**
 * The batches that a committed reader sees: no markers, and nothing of the transactions that were aborted.
 * Brokers return aborted batches too, together with the list of where each aborted transaction began.
 * @param batches of one partition, in order of offset
 */
export function committedBatches(
  batches: readonly RecordBatch[],
  abortedTransactions: readonly AbortedTransaction[],
): RecordBatch[] {
  const toBegin = [...abortedTransactions].sort((a, b) => a.firstOffset - b.firstOffset);
  const aborted = new Set<number>();
  return batches.filter((batch) => {
    for (let next = toBegin[0]; next && next.firstOffset <= batch.lastOffset; next = toBegin[0]) {
      aborted.add(next.producerId);
      toBegin.shift();
    }
    if (batch.isControl) {
      if (isAbortMarker(batch)) aborted.delete(batch.producerId);
      return false;
    }
    return !(batch.isTransactional && aborted.has(batch.producerId));
  });
}

function isAbortMarker(batch: RecordBatch): boolean {
  let isAbort = false;
  forEachRecord(batch, ({ key }) => (isAbort ||= key?.equals(ABORT_MARKER_KEY) === true));
  return isAbort;
}
