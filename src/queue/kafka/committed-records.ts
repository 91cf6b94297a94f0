import type { AbortedTransaction, FetchedRecord } from './fetch-response.ts';

/** A control record's key: version, then type, of which 0 is an abort (ControlRecordType in Kafka). */
const ABORT_MARKER_KEY = Buffer.from([0, 0, 0, 0]);

/**
 * The records that a committed reader sees: no markers, and nothing of the transactions that were aborted.
 * Brokers return aborted records too, together with the list of where each aborted transaction began.
 * @param records of one partition, in order of offset
 */
export function committedRecords(
  records: readonly FetchedRecord[],
  abortedTransactions: readonly AbortedTransaction[],
): FetchedRecord[] {
  const toBegin = [...abortedTransactions].sort((a, b) => Number(a.firstOffset) - Number(b.firstOffset));
  const aborted = new Set<string>();
  return records.filter((record) => {
    const offset = Number(record.offset);
    for (let next = toBegin[0]; next && Number(next.firstOffset) <= offset; next = toBegin[0]) {
      aborted.add(next.producerId);
      toBegin.shift();
    }
    if (record.isControlRecord) {
      if (isAbortMarker(record)) aborted.delete(record.batchContext?.producerId ?? '');
      return false;
    }
    return !(record.batchContext?.inTransaction && aborted.has(record.batchContext.producerId));
  });
}

function isAbortMarker({ key }: FetchedRecord): boolean {
  return key !== null && ABORT_MARKER_KEY.equals(key);
}
