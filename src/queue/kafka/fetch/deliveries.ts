import type { Delivery, Timestamp } from '../../queue.ts';
import { committedBatches } from './committed-batches.ts';
import { forEachRecord, type RecordBatch } from './record-batch.ts';
import type { FetchedPartition } from './response.ts';

export interface ReadPartition extends FetchedPartition {
  readonly deliveries: readonly Delivery[];
}

/**
 * What was fetched just now, as every reader of a queue gets it: all of it, before any of it is taken.
 * @param positionOf where reading of a partition goes on
 * @throws when what a broker has stored is no records
 */
export function readFetched(
  fetched: readonly FetchedPartition[],
  positionOf: (partition: number) => number,
): ReadPartition[] {
  const receivedAtMs = performance.timeOrigin + performance.now();
  return fetched.map((it) => ({
    ...it,
    deliveries: deliveriesOf(it, positionOf(it.partition), receivedAtMs),
  }));
}

/** From the position on. */
export function deliveriesOf(fetched: FetchedPartition, position: number, receivedAtMs: number): Delivery[] {
  const { partition, batches, abortedTransactions } = fetched;
  const deliveries: Delivery[] = [];
  for (const batch of committedBatches(batches, abortedTransactions)) {
    forEachRecord(batch, ({ offset, value, timestampMs }) => {
      // A batch is returned whole, also when it begins before the position.
      if (offset < position) return;
      const timestamp = timestampOf(batch, timestampMs);
      deliveries.push({ partition, offset, value, receivedAtMs, redelivered: false, timestamp });
    });
  }
  return deliveries;
}

function timestampOf({ timestampSource }: RecordBatch, atMs: number): Timestamp | null {
  return atMs < 0 ? null : { source: timestampSource, atMs };
}
