import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeHeaders } from './headers.ts';

const A = [2, 0x61, 2, 0x62];

/** Returns a length in zigzag encoding. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value * 2;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return [...bytes, rest];
}

it('reads names and values, and several headers of one name', () => {
  expect(decodeHeaders(Buffer.from([...varint(2), ...A, 2, 0x61, 0]))).toEqual([
    { name: 'a', value: 'b' },
    { name: 'a', value: '' },
  ]);
});

it('reads a missing value as an empty text, and replaces bytes that are not UTF-8', () => {
  expect(decodeHeaders(Buffer.from([...varint(2), 2, 0x61, 1, 2, 0xff, 4, 0xc3, 0xb1]))).toEqual([
    { name: 'a', value: '' },
    { name: '\ufffd', value: 'ñ' },
  ]);
});

it.each([
  ['their number is more than they are', [...varint(2 ** 31 - 1), ...A]],
  ['a name is longer than the rest', [...varint(2), ...A, ...varint(2 ** 31 - 1), 0x61]],
  ['a value is longer than the rest', [...varint(2), ...A, 2, 0x61, ...varint(2 ** 40), 0x61]],
  ['a length is negative', [...varint(2), ...A, 3, 0x61]],
  ['a name is missing', [...varint(2), ...A, 1, 2, 0x61]],
  ['a length never ends', [...varint(2), ...A, ...Array(20).fill(0xff)]],
])('returns the headers before the damage if %s', (_, bytes) => {
  expect(decodeHeaders(Buffer.from(bytes))).toEqual([{ name: 'a', value: 'b' }]);
});

it('returns at most 1,000 headers', () => {
  const bytes = Buffer.from([...varint(500_000), ...Array(1_000_000).fill(0)]);
  expect(decodeHeaders(bytes)).toHaveLength(1_000);
  expect(decodeHeaders(Buffer.from([1]))).toEqual([]);
});

it('never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      decodeHeaders(Buffer.from(bytes));
    }),
  );
});
