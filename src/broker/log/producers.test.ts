import { expect, test } from 'vitest';
import { Allowance } from '../allowance.ts';
import { batchOf } from '../testing/batches.ts';
import { Producers } from './producers.ts';
import { type BatchHeader, readHeader } from './record-batch.ts';

function headerOf(producerId: number): BatchHeader {
  const header = readHeader(batchOf({ producerId, producerEpoch: 0, baseSequence: 0 }));
  if (!header) throw new Error('no header');
  return header;
}

test('all partitions together remember a limited number of producers; each forgets the producer that was silent longest', () => {
  const allowance = new Allowance(10);
  const [one, other] = [new Producers(allowance), new Producers(allowance)];
  for (let id = 1; id <= 8; id++) one.record(headerOf(id), id, 0);
  for (let id = 1; id <= 8; id++) other.record(headerOf(id), id, 0);
  expect(allowance.used).toBe(10);
  expect(one.check(headerOf(1)).kind).toBe('duplicate');
  expect(other.check(headerOf(1)).kind).toBe('new');
  expect(other.check(headerOf(8)).kind).toBe('duplicate');
  one.clear();
  other.rollBack();
  expect(allowance.used).toBe(0);
});
