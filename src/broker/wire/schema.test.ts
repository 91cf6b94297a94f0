import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { batchOf, payloadsOf } from '../testing/batches.ts';
import { frameOf } from '../testing/raw-client.ts';
import { cleanUp, fetchFrom, produceTo, TestBroker, touchTopic } from '../testing/test-broker.ts';
import type { Api } from './api.ts';
import * as cluster from './apis/cluster.ts';
import * as groups from './apis/groups.ts';
import * as membership from './apis/membership.ts';
import * as records from './apis/records.ts';
import * as topics from './apis/topics.ts';
import { ERRORS } from './errors.ts';
import { ProtocolError, WireReader } from './reader.ts';
import { array, inVersions, nullableArray, since, struct } from './schema.ts';
import * as types from './types.ts';
import { Writer } from './writer.ts';

afterEach(cleanUp);

type AnyType = types.Type<unknown, never>;

const PRIMITIVES = new Map<AnyType, fc.Arbitrary<unknown>>([
  [types.boolean, fc.boolean()],
  [types.int8, fc.integer({ min: -(2 ** 7), max: 2 ** 7 - 1 })],
  [types.int16, fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 })],
  [types.int32, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })],
  [types.int64, fc.maxSafeInteger()],
  [types.string, fc.string({ unit: 'grapheme' })],
  [types.nullableString, fc.option(fc.string({ unit: 'grapheme' }))],
  [types.bytes, fc.uint8Array({ maxLength: 10_000 }).map((bytes) => Buffer.from(bytes))],
  [types.records, fc.option(fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)))],
]);

/** Generates random values of a type as they are in one version of the protocol. */
function arbitraryOf(type: AnyType, version: number): fc.Arbitrary<unknown> {
  const primitive = PRIMITIVES.get(type);
  if (primitive) return primitive;
  if ('item' in type) return fc.array(arbitraryOf(type.item as AnyType, version), { maxLength: 4 });
  if ('nullableItem' in type) {
    return fc.option(fc.array(arbitraryOf(type.nullableItem as AnyType, version), { maxLength: 4 }));
  }
  if (!('fields' in type)) throw new Error('a type that this test does not know');
  return fc.record(
    Object.fromEntries(
      Object.entries(type.fields as Record<string, AnyType>).map(([name, field]) => [
        name,
        fieldOf(field, version),
      ]),
    ),
  );
}

function fieldOf(field: AnyType | ReturnType<typeof since>, version: number): fc.Arbitrary<unknown> {
  if (!('fallback' in field)) return arbitraryOf(field, version);
  const carried = version >= field.from && version <= field.to;
  return carried ? arbitraryOf(field.type, version) : fc.constant(field.fallback);
}

function write(type: AnyType, value: unknown, version: number): Buffer {
  const writer = new Writer();
  type.write(writer, value as never, version);
  return Buffer.concat(writer.take());
}

const APIS = [cluster, groups, membership, records, topics]
  .flatMap((each) => Object.values(each))
  .filter((each): each is Api<unknown, never> => typeof each === 'object');

describe.each(APIS.map((api) => [api.name, api] as const))('%s', (_, api) => {
  const [least, greatest] = api.versions;
  const versions = Array.from({ length: greatest - least + 1 }, (_value, index) => least + index);

  test.each(versions)('version %i: a written message is read back completely', (version) => {
    for (const type of [api.request, api.response]) {
      fc.assert(
        fc.property(arbitraryOf(type, version), (value) => {
          const reader = new WireReader(write(type, value, version));
          expect(type.read(reader, version)).toEqual(value);
          expect(reader.remaining).toBe(0);
        }),
        { numRuns: 20 },
      );
    }
  });

  test('random bytes are either read or refused with a ProtocolError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          api.request.read(new WireReader(Buffer.from(bytes)), greatest);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

test('a field outside its versions is read as its fallback and not written', () => {
  const type = struct({ early: inVersions([0, 1], types.int8, -1), late: since(2, types.int8, -2) });
  expect(write(type, { early: 7, late: 8 }, 1)).toEqual(Buffer.from([7]));
  expect(write(type, { early: 7, late: 8 }, 2)).toEqual(Buffer.from([8]));
  expect(type.read(new WireReader(Buffer.from([7])), 1)).toEqual({ early: 7, late: -2 });
});

test('a field with a fallback can be omitted', () => {
  expect(write(struct({ late: since(2, types.int8, -2) }), {}, 2)).toEqual(Buffer.from([0xfe]));
});

test('a number above 2^53 is read as the largest safe integer', () => {
  const greatest = Buffer.alloc(8, 0xff);
  greatest[0] = 0x7f;
  expect(new WireReader(greatest).int64()).toBe(Number.MAX_SAFE_INTEGER);
});

test('an array that claims more items than bytes is refused before it uses memory', () => {
  const claim = Buffer.from([0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]);
  expect(() => array(types.int8).read(new WireReader(claim), 0)).toThrow(ProtocolError);
  expect(() => nullableArray(types.int8).read(new WireReader(claim), 0)).toThrow(ProtocolError);
});

test('the number of items in a request is limited, even if they are nested', () => {
  const inner = Buffer.concat([Buffer.from([0, 0x0b, 0xb8, 0]), Buffer.alloc(0x0bb800)]);
  const outer = Buffer.concat([Buffer.from([0, 0, 0, 2]), inner, inner]);
  expect(() => array(array(types.int8)).read(new WireReader(outer), 0)).toThrow(ProtocolError);
});

/** Generates requests. Some of the requests have changed bytes. */
const requests = fc
  .constantFrom(...APIS)
  .chain((api) => {
    const [least, greatest] = api.versions;
    return fc.integer({ min: least, max: greatest }).chain((version) => {
      return arbitraryOf(api.request, version).map((body) => {
        return frameOf(api.key, version, 1, (writer) => api.request.write(writer, body as never, version));
      });
    });
  })
  .chain((frame) => {
    const change = fc.tuple(fc.integer({ min: 4, max: frame.length - 1 }), fc.integer({ min: 0, max: 255 }));
    return fc.array(change, { maxLength: 3 }).map((changes) => {
      const bytes = Buffer.from(frame);
      for (const [position, value] of changes) bytes[position] = value;
      return bytes;
    });
  });

test('for any request, the broker answers or disconnects, and other clients keep their acknowledged messages', async () => {
  const broker = await TestBroker.start({ partitions: 1 });
  const honest = await broker.client();
  await touchTopic(honest, 'kept');
  await produceTo(honest, 'kept', batchOf({ payload: Buffer.from('kept') }));
  await fc.assert(
    fc.asyncProperty(fc.array(requests, { minLength: 1, maxLength: 5 }), async (frames) => {
      const hostile = await broker.client();
      for (const frame of frames) hostile.write(frame);
      hostile.end();
      await hostile.closed;
      expect(payloadsOf((await fetchFrom(honest, 'kept')).records)).toEqual(['kept']);
    }),
    { numRuns: 300 },
  );
  expect((await produceTo(honest, 'kept', batchOf())).errorCode).toBe(ERRORS.NONE);
  await broker.stop();
  // The broker logs a bug as a line with a stack. These patterns match all lines that are not bugs.
  const bugs = broker.lines.filter((line) => !/ended: the client |more such lines|left there/.test(line));
  expect(bugs).toEqual([]);
});
