import { describe, expect, test } from 'vitest';
import { committedRecords } from './committed-records.ts';
import type { FetchedRecord } from './fetch-response.ts';

const COMMIT = Buffer.from([0, 0, 0, 1]);
const ABORT = Buffer.from([0, 0, 0, 0]);

function record(offset: number, producerId: string, inTransaction = true): FetchedRecord {
  return {
    offset: String(offset),
    key: null,
    value: Buffer.from(`${offset}`),
    batchContext: { producerId, inTransaction, timestampType: 0 },
  };
}

function marker(offset: number, producerId: string, key: Buffer): FetchedRecord {
  return { ...record(offset, producerId), key, isControlRecord: true };
}

function offsets(records: readonly FetchedRecord[], aborted: { producerId: string; firstOffset: string }[]) {
  return committedRecords(records, aborted).map(({ offset }) => Number(offset));
}

describe('a committed reader', () => {
  test('sees what no transaction aborted, and no marker', () => {
    const records = [record(0, '1'), record(1, '2', false), marker(2, '1', COMMIT)];
    expect(offsets(records, [])).toEqual([0, 1]);
  });

  test('sees nothing of an aborted transaction, and all of its neighbours', () => {
    const records = [
      record(0, '1'),
      record(1, '2'),
      record(2, '3', false),
      marker(3, '1', ABORT),
      record(4, '1'),
      marker(5, '2', COMMIT),
      marker(6, '1', COMMIT),
    ];
    expect(offsets(records, [{ producerId: '1', firstOffset: '0' }])).toEqual([1, 2, 4]);
  });

  test('knows two aborted transactions of one producer, in whatever order they are listed', () => {
    const records = [record(10, '1'), marker(11, '1', ABORT), record(12, '1'), marker(13, '1', ABORT)];
    const aborted = [
      { producerId: '1', firstOffset: '12' },
      { producerId: '1', firstOffset: '10' },
    ];
    expect(offsets(records, aborted)).toEqual([]);
  });

  test('leaves the other messages of an aborting producer that are in no transaction', () => {
    expect(offsets([record(0, '1', false)], [{ producerId: '1', firstOffset: '0' }])).toEqual([0]);
  });

  test('takes records of the formats before Kafka 0.11', () => {
    expect(offsets([{ offset: '7', key: null, value: null }], [])).toEqual([7]);
  });
});
