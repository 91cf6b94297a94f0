import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastOffsetGap } from './offset-gaps.ts';
import type { RecordBatch } from './record-batch.ts';

const batch = (baseOffset: number, offsets: number, removed = 0): RecordBatch => ({
  baseOffset,
  lastOffset: baseOffset + offsets - 1,
  timestampSource: 'LogAppendTime',
  baseTimestampMs: 0,
  maxTimestampMs: baseOffset,
  producerId: -1,
  isTransactional: false,
  isControl: false,
  count: offsets - removed,
  compression: 0,
  records: Buffer.alloc(0),
});

/** Generates logs without gaps: each batch begins where the previous one ends. */
const logs = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 }).map((sizes) => {
  let next = 0;
  return sizes.map((size) => {
    next += size;
    return batch(next - size, size);
  });
});

test('a log that was never compacted has no gap, wherever reading starts', () => {
  fc.assert(
    fc.property(logs, fc.nat(30), (log, position) => {
      const read = log.filter(({ lastOffset }) => lastOffset >= position);
      expect(lastOffsetGap(position, read)).toBeNull();
    }),
  );
});

test('finds the gap of a removed batch, with the timestamp of the next batch', () => {
  fc.assert(
    fc.property(logs, fc.nat(7), (log, index) => {
      const removed = log[index % log.length];
      const read = log.filter((each) => each !== removed);
      const after = read.find(({ baseOffset }) => baseOffset > (removed?.baseOffset ?? 0));
      const from = removed?.baseOffset;
      const before = { source: 'LogAppendTime', atMs: after?.baseOffset };
      const gap = { from, to: removed?.lastOffset, before };
      expect(lastOffsetGap(0, read)).toEqual(after === undefined ? null : gap);
    }),
  );
});

test('missing records inside a batch are a gap, but not before the position', () => {
  expect(lastOffsetGap(0, [batch(0, 3), batch(3, 4, 2), batch(7, 1)])).toMatchObject({ from: 3, to: 6 });
  expect(lastOffsetGap(3, [batch(3, 2, 2)])).toMatchObject({ from: 3, to: 4 });
  expect(lastOffsetGap(5, [batch(0, 5, 2), batch(5, 1)])).toBeNull();
});

test('reports the last of several gaps', () => {
  expect(lastOffsetGap(0, [batch(2, 1), batch(5, 1)])).toMatchObject({ from: 3, to: 4 });
});
