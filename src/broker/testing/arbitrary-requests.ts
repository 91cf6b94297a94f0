import type * as FastCheck from 'fast-check';
import type { Api } from '../wire/api.ts';
import * as cluster from '../wire/apis/cluster.ts';
import * as groups from '../wire/apis/groups.ts';
import * as membership from '../wire/apis/membership.ts';
import * as records from '../wire/apis/records.ts';
import * as topics from '../wire/apis/topics.ts';
import type { since } from '../wire/schema.ts';
import * as types from '../wire/types.ts';

export type AnyType = types.Type<unknown, never>;

/** Makes values of a type in one version by walking its table of fields. Only tests have fast-check, and hand it in. */
export class ArbitraryRequests {
  readonly #fc: typeof FastCheck;
  readonly #primitives: ReadonlyMap<AnyType, FastCheck.Arbitrary<unknown>>;

  constructor(fc: typeof FastCheck) {
    this.#fc = fc;
    const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((each) => Buffer.from(each));
    this.#primitives = new Map<AnyType, FastCheck.Arbitrary<unknown>>([
      [types.boolean, fc.boolean()],
      [types.int8, fc.integer({ min: -(2 ** 7), max: 2 ** 7 - 1 })],
      [types.int16, fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 })],
      [types.int32, fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })],
      [types.int64, fc.maxSafeInteger()],
      [types.string, fc.string({ unit: 'grapheme' })],
      [types.nullableString, fc.option(fc.string({ unit: 'grapheme' }))],
      [types.bytes, bytes(10_000)],
      [types.records, fc.option(bytes(100))],
    ]);
  }

  of(type: AnyType, version: number): FastCheck.Arbitrary<unknown> {
    const fc = this.#fc;
    const primitive = this.#primitives.get(type);
    if (primitive) return primitive;
    if ('item' in type) return fc.array(this.of(type.item as AnyType, version), { maxLength: 4 });
    if ('nullableItem' in type) {
      return fc.option(fc.array(this.of(type.nullableItem as AnyType, version), { maxLength: 4 }));
    }
    if (!('fields' in type)) throw new Error('a type that this test does not know');
    const fields = Object.entries(type.fields as Record<string, AnyType>);
    return fc.record(Object.fromEntries(fields.map(([name, field]) => [name, this.#field(field, version)])));
  }

  #field(field: AnyType | ReturnType<typeof since>, version: number): FastCheck.Arbitrary<unknown> {
    if (!('fallback' in field)) return this.of(field, version);
    const carried = version >= field.from && version <= field.to;
    return carried ? this.of(field.type, version) : this.#fc.constant(field.fallback);
  }
}

/** Every API that the broker offers. */
export const APIS = [cluster, groups, membership, records, topics]
  .flatMap((each) => Object.values(each))
  .filter((each): each is Api<unknown, never> => typeof each === 'object');
