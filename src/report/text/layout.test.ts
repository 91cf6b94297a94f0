import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flow, widestLine, wrapped } from './layout.ts';
import { fittedTable, pairTable } from './table.ts';

const word = fc.stringMatching(/^[a-z]{1,10}$/);
const figure = fc.nat().map((count) => count.toLocaleString('en'));
const columns = fc.integer({ min: 30, max: 100 });
const words = (text: string) => text.split(/\s+/).filter((part) => part !== '');

test('items flow into lines that fit, and none is broken or left out', () => {
  const item = fc.tuple(word, figure).map((parts) => parts.join(' '));
  fc.assert(
    fc.property(fc.array(item), columns, (items, width) => {
      const text = flow(items, width);
      expect(widestLine(text)).toBeLessThanOrEqual(width);
      expect(words(text)).toEqual(words(items.join(' ')));
    }),
  );
});

test('names with figures fit a narrow terminal, and all of them are there', () => {
  const group = fc.array(fc.tuple(word, figure), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(group, { minLength: 1, maxLength: 3 }), columns, (groups, width) => {
      const text = pairTable(groups, width);
      expect(widestLine(text)).toBeLessThanOrEqual(width);
      expect(words(text).sort()).toEqual(words(groups.flat(2).join(' ')).sort());
    }),
  );
});

test('a table with long names fits a narrow terminal', () => {
  const row = fc.tuple(fc.stringMatching(/^[a-z]{1,30}$/), word, word);
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), columns, (rows, width) => {
      const text = fittedTable(rows, ['left', 'right', 'right'], width);
      expect(widestLine(text)).toBeLessThanOrEqual(width);
      expect(words(text)).toEqual(rows.flat());
    }),
  );
});

test('a line that is broken begins at the edge, and an indent stays', () => {
  expect(wrapped('  one two', 5)).toBe('  one\ntwo');
  expect(wrapped('  one two', null)).toBe('  one two');
});
