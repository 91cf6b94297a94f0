import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { spanAt } from './json-span.ts';

/** Pointers to all values inside a value. */
function pointersIn(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  const inner = Object.entries(value).flatMap(([name, child]) =>
    pointersIn(child).map((rest) => [name, ...rest]),
  );
  return [[], ...inner];
}

/** Returns where a parser of YAML finds the value at the pointer. Every JSON text is also YAML. */
function expected(text: string, pointer: readonly string[]): readonly number[] {
  const document = parseDocument(text, { schema: 'json', uniqueKeys: false });
  const node = pointer.length === 0 ? document.contents : document.getIn(pointer, true);
  return (node as { range: readonly number[] }).range.slice(0, 2);
}

describe('spanAt', () => {
  it('finds the same positions as a parser of YAML', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom(0, 1), (json, spaces) => {
        const value: unknown = JSON.parse(JSON.stringify(json));
        const text = JSON.stringify(value, null, spaces);
        for (const pointer of pointersIn(value)) {
          const span = spanAt(text, pointer);
          expect([span?.start, span?.end]).toEqual(expected(text, pointer));
        }
      }),
    );
  });

  it('skips brackets and quotes in texts', () => {
    const text = ' { "}\\"{" : [ "]\\\\" , 7 ] , "b":{"c":true}}';
    const at = (...pointer: string[]) => {
      const { start, end } = spanAt(text, pointer) ?? { start: 0, end: 0 };
      return text.slice(start, end);
    };
    expect(at('}"{', '0')).toBe('"]\\\\"');
    expect(at('}"{', '1')).toBe('7');
    expect(at('b')).toBe('{"c":true}');
    expect(at('b', 'c')).toBe('true');
  });

  it.each([
    ['a text that is not JSON', '{"a":', []],
    ['a missing member', '{"a":1}', ['b']],
    ['a repeated member', '{"a":1,"a":2}', ['a']],
    ['a missing item', '[1]', ['1']],
  ])('returns null for %s', (_, text, pointer) => {
    expect(spanAt(text, pointer)).toBeNull();
  });

  it('finds a value in 100,000 levels of nesting', () => {
    const inner = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(spanAt(`{"a":${inner}}`, ['a'])).toMatchObject({ start: 5, end: 5 + inner.length });
  });
});
