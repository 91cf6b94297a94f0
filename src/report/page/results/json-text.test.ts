import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indentedJson } from './json-text.ts';

const tokens = (text: string) =>
  text.replace(/"(?:[^"\\]|\\.)*"|\s+/g, (part) => (part.startsWith('"') ? part : ''));

test('indents any JSON object or list, and changes only the white space between tokens', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.dictionary(fc.string(), fc.json()), fc.array(fc.json())),
      fc.nat(4),
      (value, blanks) => {
        const text = JSON.stringify(value, null, blanks);
        const indented = indentedJson(text) ?? '';
        expect(JSON.parse(indented)).toEqual(value);
        expect(tokens(indented)).toBe(tokens(text));
      },
    ),
  );
});

test('keeps numbers and repeated keys unchanged', () => {
  expect(indentedJson('{"a":1.0,"a":[1e2,{}],"b":"{,\\"}"}')).toBe(
    '{\n  "a": 1.0,\n  "a": [\n    1e2,\n    {}\n  ],\n  "b": "{,\\"}"\n}',
  );
});

test('returns null for text that is not a JSON object or list, or that is nested too deeply', () => {
  for (const text of ['', 'Mensaje enviado', '"text"', '12', '{"a":', '{}{}'])
    expect(indentedJson(text)).toBeNull();
  expect(indentedJson(`${'['.repeat(3000)}${']'.repeat(3000)}`)).toBeNull();
});
