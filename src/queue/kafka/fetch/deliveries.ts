import type { Delivery, Timestamp } from '../../queue.ts';
import { committedBatches } from './committed-batches.ts';
import { type BatchRecord, type RecordBatch, recordsOf } from './record-batch.ts';
import type { PartitionAnswer } from './response.ts';

/** The deliveries of one batch, all of them: it is read whole before any of it is taken. */
export interface ReadBatch {
  readonly deliveries: readonly Delivery[];
  /** Behind the batch. */
  readonly nextOffset: number;
}

/**
 * What was fetched of a partition, as every reader of a queue gets it. Only one batch at a time is unpacked: the next
 * one when it is asked for.
 * @param receivedAtMs when it was fetched, epoch milliseconds with a fraction
 * @throws when what a broker has stored is no records
 */
export async function* readFetched(
  { partition, batches, abortedTransactions }: PartitionAnswer,
  receivedAtMs: number,
): AsyncGenerator<ReadBatch> {
  for await (const batch of committedBatches(batches, abortedTransactions)) {
    const records = await recordsOf(batch);
    const deliveries = records.map((record) => deliveryOf(record, batch, partition, receivedAtMs));
    yield { deliveries, nextOffset: batch.lastOffset + 1 };
  }
}

/** What a reader keeps at most of one partition, give or take one batch. */
export interface KeepingBounds {
  readonly deliveries: number;
  readonly bytes: number;
}

/** The first batches that were fetched of a partition, up to the bounds: compressed ones may be a thousandfold larger. */
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
    bytes += batch.deliveries.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
    if (deliveries >= bounds.deliveries || bytes >= bounds.bytes)
      return { batches, nextOffset: batch.nextOffset };
  }
  return { batches, nextOffset: fetched.nextOffset };
}

/** A batch is returned whole, also when it begins before the position. */
export function deliveriesFrom(position: number, { deliveries }: ReadBatch): readonly Delivery[] {
  return deliveries.filter(({ offset }) => offset >= position);
}

function deliveryOf(
  { offset, value, timestampMs }: BatchRecord,
  batch: RecordBatch,
  partition: number,
  receivedAtMs: number,
): Delivery {
  const timestamp = timestampOf(batch, timestampMs);
  return { partition, offset, value, receivedAtMs, redelivered: false, timestamp };
}

function timestampOf({ timestampSource }: RecordBatch, atMs: number): Timestamp | null {
  return atMs < 0 ? null : { source: timestampSource, atMs };
}
