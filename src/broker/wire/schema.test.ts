import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AnyType, APIS, ArbitraryRequests } from '../testing/arbitrary-requests.ts';
import { ProtocolError, Reader } from './reader.ts';
import { array, nullableArray, since, struct, within } from './schema.ts';
import * as types from './types.ts';
import { Writer } from './writer.ts';

const arbitraryRequests = new ArbitraryRequests(fc);

function write(type: AnyType, value: unknown, version: number): Buffer {
  const writer = new Writer();
  type.write(writer, value as never, version);
  return Buffer.concat(writer.take());
}

describe.each(APIS.map((api) => [api.name, api] as const))('%s', (_, api) => {
  const [least, greatest] = api.versions;
  const versions = Array.from({ length: greatest - least + 1 }, (_value, index) => least + index);

  test.each(versions)('version %i: what is written is read again, to the last byte', (version) => {
    for (const type of [api.request, api.response]) {
      fc.assert(
        fc.property(arbitraryRequests.of(type, version), (value) => {
          const reader = new Reader(write(type, value, version));
          expect(type.read(reader, version)).toEqual(value);
          expect(reader.remaining).toBe(0);
        }),
        { numRuns: 20 },
      );
    }
  });

  test('random bytes are read or refused, never anything else', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          api.request.read(new Reader(Buffer.from(bytes)), greatest);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

test('a field outside its versions reads as its fallback and is not written', () => {
  const type = struct({ early: within([0, 1], types.int8, -1), late: since(2, types.int8, -2) });
  expect(write(type, { early: 7, late: 8 }, 1)).toEqual(Buffer.from([7]));
  expect(write(type, { early: 7, late: 8 }, 2)).toEqual(Buffer.from([8]));
  expect(type.read(new Reader(Buffer.from([7])), 1)).toEqual({ early: 7, late: -2 });
});

test('a field with a fallback may be left out', () => {
  expect(write(struct({ late: since(2, types.int8, -2) }), {}, 2)).toEqual(Buffer.from([0xfe]));
});

test('a number past 2^53 is read as the greatest safe one', () => {
  const greatest = Buffer.alloc(8, 0xff);
  greatest[0] = 0x7f;
  expect(new Reader(greatest).int64()).toBe(Number.MAX_SAFE_INTEGER);
});

test('an array that claims more items than there are bytes is refused before it takes memory', () => {
  const claim = Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
  expect(() => array(types.int8).read(new Reader(claim), 0)).toThrow(ProtocolError);
  expect(() => nullableArray(types.int8).read(new Reader(claim), 0)).toThrow(ProtocolError);
});

test('one request has a bounded number of items, however they are nested', () => {
  const inner = Buffer.concat([Buffer.from([0, 0x0b, 0xb8, 0]), Buffer.alloc(0x0bb800)]);
  const outer = Buffer.concat([Buffer.from([0, 0, 0, 2]), inner, inner]);
  expect(() => array(array(types.int8)).read(new Reader(outer), 0)).toThrow(ProtocolError);
});
