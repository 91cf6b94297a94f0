import { expect, test } from 'vitest';
import { Draining } from './draining.ts';

/** Returns the time at which draining is over, for a timeline with one row every 100 ms. */
function overAtMs(lagMs: number, rowAt: (atMs: number) => Partial<Row>): number | null {
  const draining = new Draining(lagMs);
  for (let atMs = 0; atMs <= 200_000; atMs += 100) {
    draining.add({ atMs, oldestAgeMs: 0, backlog: 0, processed: 0, others: 0, ...rowAt(atMs) });
    if (draining.isOver) return atMs;
  }
  return null;
}

interface Row {
  readonly backlog: number | null;
  readonly processed: number;
  readonly others: number;
}

test('is over when the backlog was 0 for a second', () => {
  expect(overAtMs(0, () => ({}))).toBe(1_000);
  expect(overAtMs(0, (atMs) => ({ backlog: atMs === 700 ? 1 : 0 }))).toBe(1_800);
});

test('waits for counts that lag behind', () => {
  expect(overAtMs(60_000, () => ({}))).toBe(60_000);
  expect(overAtMs(60_000, (atMs) => ({ backlog: atMs === 40_000 ? 3 : 0 }))).toBe(100_100);
});

test('starts again when a message is processed, even if the backlog was 0', () => {
  expect(overAtMs(60_000, (atMs) => ({ processed: atMs < 30_000 ? 7 : 8 }))).toBe(90_100);
  expect(
    overAtMs(60_000, (atMs) => ({ others: atMs < 30_000 ? 7 : 8 })),
    'of another run',
  ).toBe(90_100);
});

test('ignores rows without an answer of the queue', () => {
  expect(overAtMs(0, (atMs) => ({ backlog: atMs % 300 === 0 ? 0 : null }))).toBe(1_200);
  expect(overAtMs(0, (atMs) => ({ backlog: atMs < 500 ? 0 : null }))).toBeNull();
});
