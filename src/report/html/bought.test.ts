import { expect, test } from 'vitest';
import { failuresData } from './bought.ts';
import type { Column, OutcomesData } from './report-data.ts';

function outcomes(bucketSeconds: number, rejected: Column, indeterminate: Column): OutcomesData {
  const seconds = rejected.map((_, index) => (index + 0.5) * bucketSeconds);
  const none = rejected.map(() => 0);
  return {
    seconds,
    bucketSeconds,
    ackedPerSecond: none,
    rejectedPerSecond: rejected,
    indeterminatePerSecond: indeterminate,
    p50Ms: none,
    p99Ms: none,
    responses: [],
  };
}

test('what failed is what was not acked, by spans of the wider kind, each run as long as it was', () => {
  const queue = outcomes(0.2, [0, 0, 4, 8], [0, 0, 0, 2]);
  const direct = outcomes(0.4, [10, 20, 30], [0, 5, 0]);
  expect(failuresData(queue, direct)).toEqual({
    seconds: [0.2, 0.6, 1],
    withQueuePerSecond: [0, 7, null],
    withoutQueuePerSecond: [10, 25, 30],
  });
});
