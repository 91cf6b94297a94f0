import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalText } from './canonical.ts';
import { type Json, JsonObject } from './json.ts';
import { MAX_JSON_VALUES, parseJson } from './parse-json.ts';

const values = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.stringify(value));
/** Texts that are JSON or nearly JSON. */
const texts = fc.oneof(
  values,
  fc
    .tuple(values, fc.nat(), fc.constantFrom(...'"\\{}[],:0-+.eE tfn\n\t\0ñ'))
    .map(([text, at, character]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + character + text.slice(place + 1);
    }),
);

function plain(value: Json): unknown {
  if (value instanceof JsonObject)
    return Object.fromEntries(value.members.map(([name, each]) => [name, plain(each)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

function read(text: string): Json {
  const parsed = parseJson(text);
  if (!('value' in parsed)) throw new SyntaxError(JSON.stringify(parsed));
  return parsed.value;
}

it('accepts the same texts as JSON.parse', () => {
  fc.assert(
    fc.property(texts, (text) => {
      const parsed = parseJson(text);
      let expected: unknown;
      try {
        expected = JSON.parse(text);
      } catch {
        expect(parsed).toHaveProperty('failedAt');
        return;
      }
      expect('value' in parsed && plain(parsed.value)).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ['{"a":1,}', 7],
  ['[1 2]', 3],
  ['{"a" 1}', 5],
  ['"a\nb"', 2],
  ['"\\x"', 1],
  ['01', 1],
  ['', 0],
  ['{"a":1', 6],
])('names the place where %j stops being JSON', (text, failedAt) => {
  expect(parseJson(text)).toEqual({ failedAt });
});

it('keeps all members with the same name, in their order', () => {
  expect(read('{"b":1,"a":2,"b":3}')).toEqual(
    new JsonObject([
      ['b', 1],
      ['a', 2],
      ['b', 3],
    ]),
  );
});

it('writes the same canonical form as the library of the author of RFC 8785', () => {
  fc.assert(
    fc.property(values, (text) => {
      fc.pre(!/\\ud/i.test(text));
      expect(canonicalText(read(text))).toBe(canonicalize(JSON.parse(text)));
    }),
    { numRuns: 2000 },
  );
});

it.each([
  ['[1.0,1e3,-0,5e-1,1E2]', '[1,1000,0,0.5,100]'],
  ['{"b":1,"a":2,"b":0}', '{"a":2,"b":1,"b":0}'],
  ['["\\u00ed\\/"]', '["í/"]'],
  ['1e999', null],
  ['["\\ud800"]', null],
  ['{"\\udc00":1}', null],
])('writes %s as %j', (text, expected) => {
  expect(canonicalText(read(text))).toBe(expected);
});

it.each(['[', '{"a":'])('reads and writes 100,000 levels of %s', (opening) => {
  const closing = opening === '[' ? ']' : '}';
  const text = `${opening.repeat(100_000)}1${closing.repeat(100_000)}`;
  expect(canonicalText(read(text)) === text).toBe(true);
});

it.each([
  ['arrays in arrays', '['.repeat(MAX_JSON_VALUES + 1)],
  ['objects in objects', '{"a":'.repeat(MAX_JSON_VALUES + 1)],
  ['many objects', `[${'{},'.repeat(MAX_JSON_VALUES)}1]`],
])('does not read more values than it may: %s', (_, text) => {
  expect(parseJson(text)).toEqual({ hasTooManyValues: true });
});

it('reads as many values as it may', () => {
  expect(parseJson(`[${'1,'.repeat(MAX_JSON_VALUES - 2)}1]`)).toHaveProperty(
    'value.length',
    MAX_JSON_VALUES - 1,
  );
});
