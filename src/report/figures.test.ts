import { expect, test } from 'vitest';
import { lowerBoundText } from './figures.ts';

test.each([
  ['at least 1234.5', 'at least 1,234.5'],
  ['at least 1234567.8919', 'at least 1,234,567.891'],
  ['at least 0.009', 'at least 0.009'],
  ['at least 60', 'at least 60'],
  ['never', 'never'],
  ['1.20x', '1.20x'],
])('writes the cell "%s" as "%s"', (cell, text) => {
  expect(lowerBoundText(cell)).toBe(text);
});
