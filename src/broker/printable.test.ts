import { expect, test } from 'vitest';
import { printableLine } from './printable.ts';

test.each([
  ['escape sequences', '\x1b[31mred\x07', '\ufffd[31mred\ufffd'],
  ['new lines', 'a\r\nb\u2028c', 'a\ufffd\ufffdb\ufffdc'],
  ['marks that turn the direction of writing', 'a\u202eb', 'a\ufffdb'],
  ['what is fit to print', 'tópico-1 ✓', 'tópico-1 ✓'],
])('%s', (_, text, expected) => {
  expect(printableLine(text)).toBe(expected);
});

test('a line has a bounded length', () => {
  expect(printableLine('x'.repeat(10_000)).length).toBeLessThan(400);
});
