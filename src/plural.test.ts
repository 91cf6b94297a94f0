import { expect, test } from 'vitest';
import { plural, verb } from './plural.ts';

test('uses the right form of noun and verb for a number', () => {
  expect([0, 1, 2, 12_345].map((count) => plural(count, 'message'))).toEqual([
    '0 messages',
    '1 message',
    '2 messages',
    '12,345 messages',
  ]);
  expect(plural(2, 'delivery', 'deliveries')).toBe('2 deliveries');
  expect([0, 1, 2].map((count) => verb(count, 'is', 'are'))).toEqual(['are', 'is', 'are']);
});
