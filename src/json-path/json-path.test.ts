import { describe, expect, it } from 'vitest';
import { inHashOrder } from './java-hash-map.ts';
import { javaText, jsonText, plainText } from './java-text.ts';
import { parsePath } from './parse-path.ts';
import { parseValue } from './parse-value.ts';
import { JsonPathError } from './path.ts';
import { PathFailure, readPath } from './read-path.ts';
import { areEqual, JavaNumber } from './value.ts';

const DOCUMENT = '{"id":7,"none":null,"items":[{"id":1,"kind":"a"},{"id":2,"kind":"b"}],"o":{"id":3}}';

function read(path: string, text = DOCUMENT): string {
  const value = parseValue(text);
  if (value === undefined) throw new Error('not readable');
  const found = readPath(parsePath(path), value);
  return found instanceof PathFailure ? found.message : jsonText(found);
}

describe('parseValue', () => {
  it('reads a long row of zeros in linear time', () => {
    const zeros = '0'.repeat(1024 * 1024);
    expect(parseValue(`[${zeros}x]`)).toEqual([`${zeros}x`]);
    expect(parseValue(`[${zeros}7.5]`)).toEqual([new JavaNumber('7.5')]);
  });

  it.each([
    ['000', '0'],
    ['-007', '-7'],
    ['00.5', '0.5'],
    ['0e5', '0e5'],
    ['100', '100'],
  ])('reads the number %s', (text, written) => {
    expect(parseValue(`[${text}]`)).toEqual([new JavaNumber(written)]);
  });
});

describe('readPath', () => {
  it.each([
    ['$.id', '7'],
    ['id', '7'],
    ["$['o'].id", '3'],
    ['$.items[-1].kind', '"b"'],
    ['$.items[*].id', '[1,2]'],
    ['$.items[:1].id', '[1]'],
    ['$..id', '[7,1,2,3]'],
    ['.kind', '["a","b"]'],
    ["$.items[?(@.kind=='b')].id", '[2]'],
    ['$.items[?(@.id>1 || @.kind=="a")].id', '[1,2]'],
    ['$.items[?(@.x != 1 && @.id)].id', '[1,2]'],
    ['$.items[?(@.id == "2")].id', '[2]'],
    ['$.none', 'null'],
  ])('reads %s', (path, value) => {
    expect(read(path)).toBe(value);
  });

  it.each([
    ['$.nothing', "No results for path: $['nothing']"],
    ['$.items[9]', "No results for path: $['items'][9]"],
    ['$.nothing.more', "Missing property in path $['nothing']"],
    ['$.none[0]', "The path $['none'] is null"],
    ['$.o[0]', 'Filter: [0] can only be applied to arrays. Current context is: {id=3}'],
  ])('says why %s leads nowhere', (path, message) => {
    expect(read(path)).toBe(message);
  });

  it.each([
    '$.a()',
    '$..*',
    '$.a..b..c',
    "$['a','b']",
    '$.a[0,1]',
    '$.a[-3:2]',
    '$.',
    ' $.a',
    '$.a[?(@.b =~ /c/)]',
    '',
  ])('refuses %s', (path) => {
    expect(() => parsePath(path)).toThrow(JsonPathError);
  });
});

describe('parseValue', () => {
  it.each([
    ["{'a': b c, }", '{"a":"b c"}'],
    ['[1, 02, 1.0, 1e7]', '[1,2,1.0,1.0E7]'],
    ['{"a":1,"a":2}', '{"a":2}'],
    ['{"a":1} more', '{"a":1}'],
    ['<html>', '"<html>"'],
    ['"a\\/\\u00e9\\q"', '"a\\/é"'],
  ])('reads %s', (text, value) => {
    expect(jsonText(parseValue(text) ?? null)).toBe(value);
  });

  it.each(['{"a":1', '[', ']', '"a', '{"a" 1}', '{"a":"\\u12"}', '['.repeat(500)])(
    'cannot read %s',
    (text) => {
      expect(parseValue(text)).toBeUndefined();
    },
  );
});

it('distinguishes whole numbers from numbers with a fraction, as Java does', () => {
  const equal = (a: string, b: string) => areEqual(parseValue(a) ?? null, parseValue(b) ?? null);
  expect(equal('[1,{"a":null}]', '[1,{"a":null}]')).toBe(true);
  expect(equal('1', '1.0')).toBe(false);
  expect(equal('1.50', '1.5')).toBe(true);
  expect(equal('12345678901234567890', '12345678901234567891')).toBe(false);
});

it('writes numbers that are too large for a double as JMeter does', () => {
  const value = parseValue('[1e400,{"a":-1e400}]') ?? null;
  expect(jsonText(value)).toBe('[null,{"a":null}]');
  expect(javaText(parseValue('{"a":-1e400}') ?? null)).toBe('{a=-Infinity}');
  expect(['1e400', '-1e400'].map((text) => plainText(new JavaNumber(text)))).toEqual(['∞', '-∞']);
});

it('writes numbers as JMeter does', () => {
  const plain = (text: string) => plainText(new JavaNumber(text));
  expect(['7', '1.50', '100.0', '0.0005', '1e3', '1e-7', '-0.5'].map(plain)).toEqual([
    '7',
    '1.5',
    '100.0',
    '0.0005',
    '1000.0',
    '0.0000001',
    '-0.5',
  ]);
  expect(javaText(parseValue('{"a":[1e10,0.0001],"b":"x"}') ?? null)).toBe('{a=[1.0E10,1.0E-4], b=x}');
});

it('lists the members of an object in the order of a Java HashMap', () => {
  const names = ['max', 'least', 'list'];
  expect([...inHashOrder(new Map(names.map((name) => [name, name]))).keys()]).toEqual([
    'least',
    'list',
    'max',
  ]);
});
