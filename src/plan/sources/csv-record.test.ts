import { describe, expect, it } from 'vitest';
import { CsvQuoteError, recordOf, valuesOf } from './csv-record.ts';

describe('a record with quoted values', () => {
  it.each([
    ['', []],
    ['a', ['a']],
    ['a,b', ['a', 'b']],
    ['a,', ['a', '']],
    [',', ['', '']],
    ['"a"', ['a']],
    ['""', ['']],
    ['"a,b","c""d"', ['a,b', 'c"d']],
    ['"a\nb",c', ['a\nb', 'c']],
    ['\n', ['']],
    ['a,\r\nb', ['a', '']],
  ])('%j has the values of JMeter', (text, values) => {
    expect(recordOf(text, ',')).toEqual(values);
  });

  it.each(['a"b', '"a"b', '"a', 'a,"b'])('%j has wrong quotes', (text) => {
    expect(() => recordOf(text, ',')).toThrow(CsvQuoteError);
  });
});

it.each([
  ['', ',', []],
  ['a', ',', ['a']],
  [',a,,b,', ',', ['', 'a', '', 'b', '']],
  ['a;;b;c', ';;', ['a', 'b;c']],
  ['"a,b"', ',', ['"a', 'b"']],
])('splits the line %j at each %j', (line, delimiter, values) => {
  expect(valuesOf(line, delimiter)).toEqual(values);
});
