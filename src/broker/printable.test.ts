import { expect, test } from 'vitest';
import { printableLine } from './printable.ts';

test.each([
  ['escape sequences', '\x1b[31mred\x07', '\ufffd[31mred\ufffd'],
  ['new lines', 'a\r\nb\u2028c', 'a\ufffd\ufffdb\ufffdc'],
  ['marks that change the writing direction', 'a\u202eb', 'a\ufffdb'],
  ['printable text', 'tópico-1 ✓', 'tópico-1 ✓'],
])('%s', (_, text, expected) => {
  expect(printableLine(text)).toBe(expected);
});

test('a line has a limited length', () => {
  expect(printableLine('x'.repeat(10_000)).length).toBeLessThan(400);
});
