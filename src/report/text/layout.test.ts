import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { newLatencyHistogram } from '../../samples/latency/histogram.ts';
import { histogramText } from './histogram-text.ts';
import { cut, flow, widestLine, wrapped } from './layout.ts';
import { fittedTable, pairTable } from './table.ts';

const word = fc.stringMatching(/^[a-z]{1,10}$/);
const figure = fc.nat().map((count) => count.toLocaleString('en'));
const columns = fc.integer({ min: 30, max: 100 });
const words = (text: string) => text.split(/\s+/).filter((part) => part !== '');

test('puts items on lines that fit, and neither breaks nor drops an item', () => {
  const item = fc.tuple(word, figure).map((parts) => parts.join(' '));
  fc.assert(
    fc.property(fc.array(item), columns, (items, width) => {
      const text = flow(items, width);
      expect(widestLine(text)).toBeLessThanOrEqual(width);
      expect(words(text)).toEqual(words(items.join(' ')));
    }),
  );
});

test('fits pairs of names and figures into a narrow terminal, without dropping any', () => {
  const group = fc.array(fc.tuple(word, figure), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(fc.array(group, { minLength: 1, maxLength: 3 }), columns, (groups, width) => {
      const text = pairTable(groups, width);
      expect(widestLine(text)).toBeLessThanOrEqual(width);
      expect(words(text).sort()).toEqual(words(groups.flat(2).join(' ')).sort());
    }),
  );
});

test('fits a histogram into a narrow terminal, if its widest label is not beside its widest count', () => {
  const histogram = newLatencyHistogram();
  for (let sample = 0; sample < 1_000; sample++) histogram.recordValue(3_000);
  histogram.recordValue(150_000);
  for (const width of [30, 40, 50, 60]) {
    expect(widestLine(histogramText(histogram, width)), String(width)).toBeLessThanOrEqual(width);
  }
});

test('fits a table with long names into a narrow terminal', () => {
  const row = fc.tuple(fc.stringMatching(/^[a-z]{1,30}$/), word, word);
  fc.assert(
    fc.property(fc.array(row, { minLength: 1 }), columns, (rows, width) => {
      const text = fittedTable(rows, ['left', 'right', 'right'], width);
      expect(widestLine(text)).toBeLessThanOrEqual(width);
      expect(words(text)).toEqual(rows.flat());
    }),
  );
});

test('shows each figure with the name of its column if no table fits', () => {
  const table = [
    ['start', 'length', 'recovery', 'indeterminate'],
    ['after 0.0 s', '5.0 s, to the end', '', '0'],
  ];
  const alignments = ['left', 'right', 'right', 'right'] as const;
  const text = fittedTable(table, alignments, 34);
  expect(text).toBe('after 0.0 s\nlength 5.0 s, to the end\nindeterminate 0');
  expect(fittedTable(table, alignments, 60)).toContain('start');
});

test('counts wide characters as two columns', () => {
  const rows = [
    ['name', 'count'],
    ['消息队列消息队列', '1,000'],
  ];
  expect(fittedTable(rows, ['left', 'right'], 24)).toBe('name              count\n消息队列消息队列  1,000');
  expect(fittedTable(rows, ['left', 'right'], 18)).toBe('name\ncount\n消息队列消息队列\n1,000');
  expect(cut('消息队列消息队列', 9)).toBe('消息队列…');
});

describe('a line that is too long for the terminal', () => {
  test('continues without an indent if it has none', () => {
    expect(wrapped('one two three', 9)).toBe('one two\nthree');
    expect(wrapped('one two three', null)).toBe('one two three');
  });

  test('continues with a deeper indent, so that list items stay recognisable', () => {
    const list = '  lost: one two three four\n  corrupt: one two';
    expect(wrapped(list, 20)).toBe('  lost: one two\n    three four\n  corrupt: one two');
  });

  test('keeps its colours', () => {
    const red = '\u001b[31m';
    const end = '\u001b[39m';
    const text = wrapped(`  ${red}one two three${end}`, 12);
    expect(text.split('\n').map((line) => stripVTControlCharacters(line))).toEqual([
      '  one two',
      '    three',
    ]);
  });

  test('never exceeds the width of the terminal, and loses no word', () => {
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
