import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, functions } from '../testing/jmeter-language.ts';
import { functionText, literalText, property, type ValuePiece } from './functions.ts';
import { NOT_IN_XML } from './xml.ts';

const awkward = fc
  .array(
    fc.oneof(fc.string(), fc.constantFrom('${x}', '${', '$', '$$', '\\', '\\$', ',', '{', '}', '(', ')')),
  )
  .map((pieces) => pieces.join(''));
const call = functions({ loop: '7' }, 3);

describe('literalText', () => {
  it('evaluates to the original text', () => {
    fc.assert(
      fc.property(awkward, (text) => {
        expect(evaluate(literalText(text), call)).toBe(text);
      }),
    );
  });

  it("does not change text without JMeter's special characters", () => {
    expect(literalText('a\\b, $c {d} (e')).toBe('a\\b, $c {d} (e');
  });

  it('uses a function for characters that XML cannot contain', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(literalText(text)).not.toMatch(NOT_IN_XML);
        expect(evaluate(literalText(text), call)).toBe(text);
      }),
    );
    expect(literalText('\0')).toBe('${__char(0)}');
  });
});

describe('functionText', () => {
  it('keeps text apart from functions and variables', () => {
    const piece = fc.oneof(
      awkward.map((text): ValuePiece => ({ text })),
      fc.constant<ValuePiece>({ call: '${loop}' }),
      fc.constant<ValuePiece>({ call: '${__threadNum}' }),
    );
    const meant = (each: ValuePiece) => ('text' in each ? each.text : each.call === '${loop}' ? '7' : '3');
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const joined = joinTexts(pieces);
        expect(evaluate(functionText(joined), call)).toBe(joined.map(meant).join(''));
      }),
    );
  });
});

describe('property', () => {
  it('uses the value of the plan as its default, with commas', () => {
    expect(property('threads', 100)).toBe('${__P(threads,100)}');
    expect(evaluate(property('host', 'a,b$\\c'), call)).toBe('a,b$\\c');
  });
});

/** Joins pieces of literal text that follow each other into one piece. */
function joinTexts(pieces: readonly ValuePiece[]): ValuePiece[] {
  const joined: ValuePiece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const both = last !== undefined && 'text' in last && 'text' in piece;
    if (both) joined.splice(-1, 1, { text: last.text + piece.text });
    else joined.push(piece);
  }
  return joined;
}
