import { expect, test } from 'vitest';
import { Waiting } from './waiting.ts';

test('the oldest of very many in hand is found', () => {
  const waiting = new Waiting();
  for (let sinceMs = 300_000; sinceMs > 0; sinceMs--) waiting.add({}, sinceMs);
  expect(waiting.oldestAgeMs(1_000_000, 300_000)).toBe(999_999);
});
