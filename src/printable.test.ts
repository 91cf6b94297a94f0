import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { printable, printableLines } from './printable.ts';

const anyText = fc.string({ unit: 'binary' });
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

test('a printable text has no control characters', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(printable(text)).not.toMatch(UNPRINTABLE);
    }),
  );
});

describe('printable lines', () => {
  test('have no control characters but line breaks', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const shown = printableLines(text, false);
        expect(shown.replaceAll('\n', '')).not.toMatch(UNPRINTABLE);
        expect(shown.split('\n').length).toBe(text.split('\n').length);
      }),
    );
  });

  test('keep the value of JSON', () => {
    fc.assert(
      fc.property(fc.array(anyText), fc.boolean(), (value, hasColours) => {
        expect(JSON.parse(printableLines(JSON.stringify(value, null, 2), hasColours))).toEqual(value);
      }),
    );
  });

  test.each([
    ['\u001b[1mbold\u001b[22m \u001b[31mred\u001b[39m', '\u001b[1mbold\u001b[22m \u001b[31mred\u001b[39m'],
    ['\u001b[8mhidden\u001b[2J', '\\u001b[8mhidden\\u001b[2J'],
    ['\u009b31m', '\\u009b31m'],
    ['\u{e0001}', '\\udb40\\udc01'],
  ])('with colours keep only the codes of qbl: %j', (text, shown) => {
    expect(printableLines(text, true)).toBe(shown);
  });
});
