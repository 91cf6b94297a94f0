import { expect, test } from 'vitest';
import { ReadingProgress } from './reading-progress.ts';

const START = new Map([
  [0, 10],
  [1, 20],
]);

test('an end is reached once the position is there, even without messages', () => {
  const progress = new ReadingProgress(START);
  const ends = new Map([
    [0, 12],
    [1, 20],
  ]);
  expect(progress.reached(ends)).toBe(false);
  expect(progress.shortfall(ends)).toBe('partition 0 was read up to offset 10, but ends at offset 12');
  progress.moveTo(0, 12);
  expect(progress.reached(ends)).toBe(true);
});

test('a partition that was added later counts from its first message', () => {
  const progress = new ReadingProgress(START);
  expect(progress.reached(new Map([[2, 1]]))).toBe(false);
  expect(progress.reached(new Map([[2, 0]]))).toBe(true);
});

const doubt = (text: string) => ({ kind: 'queue-recreated', text, prevents: 'always' }) as const;

test('keeps the first doubt of each partition', () => {
  const progress = new ReadingProgress(START);
  expect(progress.doubt()).toBeNull();
  progress.noteDoubt(0, doubt('first'));
  progress.noteDoubt(0, doubt('second'));
  expect(progress.doubt()?.text).toBe('first');
});

test('names an open transaction as the reason why reading is delayed', () => {
  const progress = new ReadingProgress(START);
  progress.noteLastStableOffset(0, 10);
  expect(progress.shortfall(new Map([[0, 15]]))).toContain('an open transaction');
});

test('progress and doubts wake a waiting reader', async () => {
  const progress = new ReadingProgress(START);
  const first = progress.changed.wait(60_000);
  progress.moveTo(0, 11);
  await first;
  const second = progress.changed.wait(60_000);
  progress.noteDoubt(1, doubt('gone'));
  await second;
});

test('a partition can start later, but its start never changes', () => {
  const progress = new ReadingProgress(START);
  progress.moveTo(0, 12);
  expect(progress.hasBegun(7)).toBe(false);
  progress.begin(new Map([...START, [7, 70]]));
  expect(progress.hasBegun(7)).toBe(true);
  expect(progress.starts).toEqual(new Map([...START, [7, 70]]));
  expect([progress.positionOf(0), progress.positionOf(7)]).toEqual([12, 70]);
});
