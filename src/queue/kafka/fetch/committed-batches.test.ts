import { describe, expect, test } from 'vitest';
import { committedBatches } from './committed-batches.ts';
import type { RecordBatch } from './record-batch.ts';
import type { AbortedTransaction } from './response.ts';

const COMMIT = 1;
const ABORT = 0;

function batch(offset: number, producerId: number, isTransactional = true): RecordBatch {
  return {
    baseOffset: offset,
    lastOffset: offset,
    timestampSource: 'CreateTime',
    baseTimestampMs: 0,
    maxTimestampMs: 0,
    producerId,
    isTransactional,
    isControl: false,
    count: 1,
    compression: 0,
    records: Buffer.alloc(0),
  };
}

/** Creates a control batch, which ends a transaction. The key of its only record is the version 0 and the type. */
function marker(offset: number, producerId: number, type: number): RecordBatch {
  const fields = [0, 0, 0, 8, 0, 0, 0, type, 1, 0];
  const records = Buffer.from([2 * fields.length, ...fields]);
  return { ...batch(offset, producerId), isControl: true, records };
}

async function offsets(
  batches: readonly RecordBatch[],
  aborted: readonly AbortedTransaction[],
): Promise<number[]> {
  const seen: number[] = [];
  for await (const { baseOffset } of committedBatches(batches, aborted)) seen.push(baseOffset);
  return seen;
}

describe('a committed reader', () => {
  test('sees messages without a transaction or in a committed one, but no control records', async () => {
    const batches = [batch(0, 1), batch(1, 2, false), marker(2, 1, COMMIT)];
    expect(await offsets(batches, [])).toEqual([0, 1]);
  });

  test('skips an aborted transaction, but not the messages around it', async () => {
    const batches = [
      batch(0, 1),
      batch(1, 2),
      batch(2, 3, false),
      marker(3, 1, ABORT),
      batch(4, 1),
      marker(5, 2, COMMIT),
      marker(6, 1, COMMIT),
    ];
    expect(await offsets(batches, [{ producerId: 1, firstOffset: 0 }])).toEqual([1, 2, 4]);
  });

  test('handles two aborted transactions of one producer, listed in any order', async () => {
    const batches = [batch(10, 1), marker(11, 1, ABORT), batch(12, 1), marker(13, 1, ABORT)];
    const aborted = [
      { producerId: 1, firstOffset: 12 },
      { producerId: 1, firstOffset: 10 },
    ];
    expect(await offsets(batches, aborted)).toEqual([]);
  });

  test("keeps an aborting producer's messages outside of transactions", async () => {
    expect(await offsets([batch(0, 1, false)], [{ producerId: 1, firstOffset: 0 }])).toEqual([0]);
  });
});
