import { expect, test } from 'vitest';
import { Waiting } from './waiting.ts';

test('finds the oldest of 300,000 messages in flight', () => {
  const waiting = new Waiting();
  for (let sinceMs = 300_000; sinceMs > 0; sinceMs--) waiting.add({}, sinceMs);
  expect(waiting.oldestAgeMs(1_000_000, 300_000)).toBe(999_999);
});
