import { expect, test } from 'vitest';
import { DrainRate } from './drain-rate.ts';

/** Measures the rate from committed offsets. There is an observation every half second. */
function rateOf(totals: readonly (readonly [committed: number, isBusy: boolean])[]) {
  const rate = new DrainRate();
  for (const [index, [committed, isBusy]] of totals.entries()) rate.take(index * 500, committed, isBusy);
  return rate.measured;
}

test('measures from the first to the last commit while messages waited', () => {
  const measured = rateOf([
    [0, false],
    [0, true],
    [50, true],
    [100, true],
    [100, true],
    [200, true],
    [205, false],
  ]);
  expect(measured).toEqual({ perSecond: 100, messages: 150, fromMs: 1_000, toMs: 2_500 });
});

test('measures nothing if the service keeps up, however rarely it commits', () => {
  const keepsUp = [0, 0, 0, 0, 500, 500, 500, 500, 1_000, 1_000, 1_000, 1_000, 1_500];
  expect(rateOf(keepsUp.map((committed, index) => [committed, index % 4 !== 0]))).toBeNull();
});

test('measures nothing between two commits, because they show only how often the service commits', () => {
  const twice = [0, 500, 500, 500, 500, 1_000, 1_000];
  expect(rateOf(twice.map((committed) => [committed, true]))).toBeNull();
});

test('measures nothing in less than a second', () => {
  const rate = new DrainRate();
  for (const [atMs, committed] of [0, 10, 20, 30, 40].entries()) rate.take(atMs * 300, committed, true);
  expect(rate.measured).toBeNull();
});

test('uses the busy period with the most commits, and begins a new one after offsets moved back', () => {
  const first = [0, 1, 2, 3, 4].map((step) => [step * 10, true] as const);
  const second = [0, 1, 2, 3, 4, 5].map((step) => [step * 100, true] as const);
  expect(rateOf([...first, [40, false], ...second])).toMatchObject({ perSecond: 200, messages: 400 });
});
