import { describe, expect, it } from 'vitest';
import { headerValues } from './response-headers.ts';

function valuesOf(...headers: string[]): string[] {
  return headerValues(
    headers.map((part) => Buffer.from(part, 'latin1')),
    'x-a',
  );
}

describe('headerValues', () => {
  it('are all values, without the spaces and tabs around them', () => {
    expect(valuesOf('X-A', ' \ta \tb\t ', 'X-B', 'c', 'x-a', '\xa0d\xa0', 'x-a', ' \t')).toEqual([
      'a \tb',
      '\xa0d\xa0',
      '',
    ]);
  });

  it('are found in a value with a long row of spaces', () => {
    const value = `a${' '.repeat(1_000_000)}b`;
    expect(valuesOf('X-A', value)).toEqual([value]);
  });
});
