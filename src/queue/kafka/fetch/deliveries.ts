import type { Delivery } from '../../reader.ts';
import { timestampAt } from '../../timestamp.ts';
import { committedBatches } from './committed-batches.ts';
import { decodeHeaders } from './headers.ts';
import { type MakeRecord, type RecordBatch, recordsIn, unpackedRecords } from './record-batch.ts';
import type { PartitionAnswer } from './response.ts';

/** All messages of one batch. A batch is read completely before any of its messages is delivered. */
export interface ReadBatch {
  readonly deliveries: readonly Delivery[];
  /** Memory that the deliveries keep in use. */
  readonly bytes: number;
  /** The offset after the last offset of the batch. */
  readonly nextOffset: number;
}

/**
 * Converts fetched batches to deliveries. Decompresses only one batch at a time, when the caller asks for it.
 * @param receivedAtMs time when the batches were fetched, epoch milliseconds with a fraction
 * @throws if the stored bytes are not valid records
 */
export async function* readFetched(
  { partition, batches, abortedTransactions }: PartitionAnswer,
  receivedAtMs: number,
): AsyncGenerator<ReadBatch> {
  for await (const batch of committedBatches(batches, abortedTransactions)) {
    const records = unpackedRecords(batch);
    const unpacked = records instanceof Buffer ? records : await records;
    const deliveries = recordsIn(batch, unpacked, deliveryMaker(batch, partition, receivedAtMs));
    yield { deliveries, bytes: unpacked.length, nextOffset: batch.lastOffset + 1 };
  }
}

/** Limits for the messages of one partition that a reader keeps in memory. A single batch can exceed them. */
export interface KeepingBounds {
  readonly deliveries: number;
  readonly bytes: number;
}

/**
 * Reads batches of a partition until a limit is reached. The limits are needed because a decompressed batch can be a
 * thousand times larger than the fetched bytes.
 */
export async function readWithin(
  fetched: PartitionAnswer,
  receivedAtMs: number,
  bounds: KeepingBounds,
): Promise<{ readonly batches: readonly ReadBatch[]; readonly nextOffset: number | null }> {
  const batches: ReadBatch[] = [];
  let deliveries = 0;
  let bytes = 0;
  for await (const batch of readFetched(fetched, receivedAtMs)) {
    batches.push(batch);
    deliveries += batch.deliveries.length;
    bytes += batch.bytes;
    if (deliveries >= bounds.deliveries || bytes >= bounds.bytes)
      return { batches, nextOffset: batch.nextOffset };
  }
  return { batches, nextOffset: fetched.nextOffset };
}

/**
 * Returns the deliveries from the position on. A broker returns the whole batch that contains the position,
 * so earlier messages of that batch are left out.
 */
export function deliveriesFrom(position: number, { deliveries }: ReadBatch): readonly Delivery[] {
  return deliveries.filter(({ offset }) => offset >= position);
}

/**
 * Returns a function that makes a delivery directly from a record's bytes. An extra object for each record would double
 * the cost.
 */
function deliveryMaker(
  { timestampSource, maxTimestampMs }: RecordBatch,
  partition: number,
  receivedAtMs: number,
): MakeRecord<Delivery> {
  const last = timestampAt(timestampSource, maxTimestampMs);
  return (offset, timestampMs, key, value, headers) => {
    const timestamp = timestampMs === maxTimestampMs ? last : timestampAt(timestampSource, timestampMs);
    const delivery = { partition, offset, value, receivedAtMs, redelivered: false, timestamp, key };
    return headers === null ? delivery : { ...delivery, headers: () => decodeHeaders(headers) };
  };
}
