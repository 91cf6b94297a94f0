import { expect, it } from 'vitest';
import { percentileMs } from '../../samples/latency/histogram.ts';
import { Totals } from './totals.ts';

function add(totals: Totals, timeStampMs: number, elapsedMs: number, threadName = 'g 1-1', success = true) {
  const response = {
    responseCode: success ? '200' : '500',
    responseMessage: '',
    success,
    failureMessage: '',
  };
  const figures = { timeStampMs, elapsedMs, bytes: 0, sentBytes: 0, latencyMs: 0, connectMs: 0 };
  totals.add({ ...response, ...figures, label: 'r', threadName, loop: 1 });
}

it('measures the time from the first start to the last end, with rows in any order', () => {
  const totals = new Totals();
  add(totals, 2_000, 500);
  add(totals, 1_000, 3_000);
  add(totals, 3_000, 10);
  expect([totals.startedMs, totals.endedMs]).toEqual([1_000, 4_000]);
});

it('counts how long each sample took', () => {
  const totals = new Totals();
  for (const elapsedMs of [10, 10, 50]) add(totals, 1, elapsedMs);
  expect(percentileMs(totals.latency, 50)).toBeCloseTo(10, 0);
  expect(percentileMs(totals.latency, 100)).toBeCloseTo(50, 0);
});

it('records the groups that had a failed sample', () => {
  const totals = new Totals();
  add(totals, 1, 1, 'g 2-7', false);
  add(totals, 1, 1, 'g 3-1');
  expect([...totals.failedGroups]).toEqual([2]);
});
