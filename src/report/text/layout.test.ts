import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
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

describe('a line that is too long for the terminal', () => {
  test('goes on at the edge when it begins there', () => {
    expect(wrapped('one two three', 9)).toBe('one two\nthree');
    expect(wrapped('one two three', null)).toBe('one two three');
  });

  test('goes on behind its indent, so that the items of a list stay apart', () => {
    const list = '  lost: one two three four\n  corrupt: one two';
    expect(wrapped(list, 20)).toBe('  lost: one two\n    three four\n  corrupt: one two');
  });

  test('keeps its colours whole', () => {
    const red = '\u001b[31m';
    const end = '\u001b[39m';
    const text = wrapped(`  ${red}one two three${end}`, 12);
    expect(text.split('\n').map((line) => stripVTControlCharacters(line))).toEqual([
      '  one two',
      '    three',
    ]);
  });

  test('never exceeds the terminal, and loses no word', () => {
    const indent = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(indent, fc.array(word, { minLength: 1 }), columns, (blanks, parts, width) => {
        const text = wrapped(' '.repeat(blanks) + parts.join(' '), width);
        expect(widestLine(text)).toBeLessThanOrEqual(width);
        expect(words(text)).toEqual(parts);
      }),
    );
  });
});
