import { type RecordBatch, recordsOf } from './record-batch.ts';
import type { AbortedTransaction } from './response.ts';

/** Key of an abort record: version 0, type 0 (Kafka's ControlRecordType). */
const ABORT_MARKER_KEY = Buffer.from([0, 0, 0, 0]);

/**
 * Leaves out control records and aborted transactions. Brokers return aborted batches too, with a list of where each
 * aborted transaction began.
 * @param batches batches of one partition, in order of offset
 */
export async function* committedBatches(
  batches: readonly RecordBatch[],
  abortedTransactions: readonly AbortedTransaction[],
): AsyncGenerator<RecordBatch> {
  const toBegin = [...abortedTransactions].sort((a, b) => a.firstOffset - b.firstOffset);
  const aborted = new Set<number>();
  for (const batch of batches) {
    for (let next = toBegin[0]; next && next.firstOffset <= batch.lastOffset; next = toBegin[0]) {
      aborted.add(next.producerId);
      toBegin.shift();
    }
    if (batch.isControl) {
      if (await isAbortMarker(batch)) aborted.delete(batch.producerId);
    } else if (!(batch.isTransactional && aborted.has(batch.producerId))) yield batch;
  }
}

async function isAbortMarker(batch: RecordBatch): Promise<boolean> {
  const { records } = await recordsOf(batch);
  return records.some(({ key }) => key?.equals(ABORT_MARKER_KEY) === true);
}
