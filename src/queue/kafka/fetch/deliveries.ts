import type { Delivery, Timestamp } from '../../queue.ts';
import { committedBatches } from './committed-batches.ts';
import { decodeHeaders } from './headers.ts';
import { type BatchRecord, type RecordBatch, recordsOf } from './record-batch.ts';
import type { PartitionAnswer } from './response.ts';

/** All deliveries of one batch. The batch is read completely before any is delivered. */
export interface ReadBatch {
  readonly deliveries: readonly Delivery[];
  /** The memory that the deliveries keep. */
  readonly bytes: number;
  /** The offset after the batch. */
  readonly nextOffset: number;
}

/**
 * Converts fetched batches to deliveries. Decompresses one batch at a time, and only when the caller asks for the next
 * one.
 * @param receivedAtMs when the batches were fetched, epoch milliseconds with a fraction
 * @throws if the stored bytes are not valid records
 */
export async function* readFetched(
  { partition, batches, abortedTransactions }: PartitionAnswer,
  receivedAtMs: number,
): AsyncGenerator<ReadBatch> {
  for await (const batch of committedBatches(batches, abortedTransactions)) {
    const { records, bytes } = await recordsOf(batch);
    const deliveries = records.map((record) => deliveryOf(record, batch, partition, receivedAtMs));
    yield { deliveries, bytes, nextOffset: batch.lastOffset + 1 };
  }
}

/** Limits of what a reader keeps of one partition. One batch can exceed them. */
export interface KeepingBounds {
  readonly deliveries: number;
  readonly bytes: number;
}

/** Reads batches of a partition until the limits are reached. Decompressed batches can be a thousand times larger. */
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

/** Removes the deliveries before the position: a broker returns the whole batch that contains it. */
export function deliveriesFrom(position: number, { deliveries }: ReadBatch): readonly Delivery[] {
  return deliveries.filter(({ offset }) => offset >= position);
}

function deliveryOf(
  { offset, key, value, headers, timestampMs }: BatchRecord,
  batch: RecordBatch,
  partition: number,
  receivedAtMs: number,
): Delivery {
  const timestamp = timestampOf(batch, timestampMs);
  const delivery = { partition, offset, value, receivedAtMs, redelivered: false, timestamp, key };
  return headers === null ? delivery : { ...delivery, headers: () => decodeHeaders(headers) };
}

function timestampOf({ timestampSource }: RecordBatch, atMs: number): Timestamp | null {
  return atMs < 0 ? null : { source: timestampSource, atMs };
}
