import { expect, test } from 'vitest';
import type { Delivery } from '../../reader.ts';
import { deliveriesFrom, readFetched, readWithin } from './deliveries.ts';
import type { RecordBatch } from './record-batch.ts';
import type { PartitionAnswer } from './response.ts';

/** A batch with three records of one byte each, from offset 10 on. */
function batch(changes: Partial<RecordBatch> = {}): RecordBatch {
  const record = (offsetDelta: number, timestampDelta: number) => {
    const fields = [0, 2 * timestampDelta, 2 * offsetDelta, 1, 2, 0x61 + offsetDelta, 0];
    return [2 * fields.length, ...fields];
  };
  return {
    baseOffset: 10,
    lastOffset: 12,
    timestampSource: 'CreateTime',
    baseTimestampMs: 1_000,
    maxTimestampMs: 1_009,
    producerId: -1,
    isTransactional: false,
    isControl: false,
    count: 3,
    compression: 0,
    records: Buffer.from([...record(0, 0), ...record(1, 5), ...record(2, 9)]),
    ...changes,
  };
}

function fetched(...batches: RecordBatch[]): PartitionAnswer {
  const ends = { errorCode: 0, highWatermark: 13, lastStableOffset: 13, nextOffset: 13 };
  return { partition: 4, ...ends, abortedTransactions: [], batches };
}

async function deliveriesOf(of: RecordBatch, position: number): Promise<readonly Delivery[]> {
  const read: Delivery[] = [];
  for await (const each of readFetched(fetched(of), 99)) read.push(...deliveriesFrom(position, each));
  return read;
}

test('skips records before the position, even if their batch begins earlier', async () => {
  const read = await deliveriesOf(batch(), 11);
  expect(read).toEqual([
    {
      partition: 4,
      offset: 11,
      value: Buffer.from('b'),
      receivedAtMs: 99,
      redelivered: false,
      timestamp: { source: 'CreateTime', atMs: 1_005 },
      key: null,
    },
    expect.objectContaining({ offset: 12, timestamp: { source: 'CreateTime', atMs: 1_009 } }),
  ]);
});

test('with LogAppendTime, every record has the timestamp of its batch', async () => {
  const stamped = batch({ timestampSource: 'LogAppendTime' });
  const times = (await deliveriesOf(stamped, 0)).map(({ timestamp }) => timestamp);
  expect(times).toEqual(Array(3).fill({ source: 'LogAppendTime', atMs: 1_009 }));
});

test.each([
  ['without a time', -1],
  ['with a time in microseconds', Date.UTC(2026, 0) * 1_000],
  ['with a time in nanoseconds', Date.UTC(2026, 0) * 1_000_000],
])('a message %s has no timestamp', async (_, baseTimestampMs) => {
  const read = await deliveriesOf(batch({ baseTimestampMs }), 0);
  expect(read[0]?.timestamp).toBeNull();
});

test('delivers a batch before it decompresses the next one', async () => {
  const read = readFetched(fetched(batch(), batch({ compression: 7, baseOffset: 13, lastOffset: 15 })), 99);
  expect((await read.next()).value).toMatchObject({ nextOffset: 13, deliveries: { length: 3 } });
  await expect(read.next()).rejects.toThrow('codec 7');
});

test('stops before the limit; the next fetch continues after the last batch', async () => {
  const second = { baseOffset: 13, lastOffset: 15 };
  const of = { ...fetched(batch(), batch(second), batch({ compression: 7 })), nextOffset: 19 };
  for (const bounds of [
    { deliveries: 4, bytes: 1_000 },
    { deliveries: 1_000, bytes: 25 },
  ]) {
    const { batches, nextOffset } = await readWithin(of, 99, bounds);
    expect(batches.map((each) => each.deliveries.length)).toEqual([3, 3]);
    expect(nextOffset).toBe(16);
  }
  const all = await readWithin(fetched(batch()), 99, { deliveries: 1_000, bytes: 1_000 });
  expect(all).toMatchObject({ batches: { length: 1 }, nextOffset: 13 });
});

test('rejects a batch of millions of records before it decompresses them', async () => {
  await expect(deliveriesOf(batch({ count: 19_000_000, compression: 7 }), 0)).rejects.toThrow(
    'the record batch at 10 has more than 500000 records',
  );
});
