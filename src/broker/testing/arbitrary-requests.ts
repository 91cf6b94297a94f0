import fc from 'fast-check';
import type { Api } from '../wire/api.ts';
import * as cluster from '../wire/apis/cluster.ts';
import * as groups from '../wire/apis/groups.ts';
import * as membership from '../wire/apis/membership.ts';
import * as records from '../wire/apis/records.ts';
import * as topics from '../wire/apis/topics.ts';
import type { since } from '../wire/schema.ts';
import * as types from '../wire/types.ts';

export type AnyType = types.Type<unknown, never>;

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

/** Values of a type in one version, made by walking its table of fields. */
export function arbitraryOf(type: AnyType, version: number): fc.Arbitrary<unknown> {
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

/** Every API that the broker offers. */
export const APIS = [cluster, groups, membership, records, topics]
  .flatMap((each) => Object.values(each))
  .filter((each): each is Api<unknown, never> => typeof each === 'object');
