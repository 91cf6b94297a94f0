import { type RecordBatch, recordsIn, unpackedRecords } from './record-batch.ts';
import type { AbortedTransaction } from './response.ts';

/** Key of a record that aborts a transaction: version 0, type 0 (Kafka's ControlRecordType). */
const ABORT_MARKER_KEY = Buffer.from([0, 0, 0, 0]);

/**
 * Returns the batches without control records and without aborted transactions. Brokers return the batches of aborted
 * transactions too, and a list of the offsets where these transactions began.
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
  const keys = recordsIn(batch, await unpackedRecords(batch), (_offset, _timestampMs, key) => key);
  return keys.some((key) => key?.equals(ABORT_MARKER_KEY) === true);
}
