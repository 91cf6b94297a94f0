import type { WireReader } from './reader.ts';
import { ProtocolError } from './reader.ts';
import type { Type } from './types.ts';
import type { Writer } from './writer.ts';

type AnyType = Type<unknown, never>;

/**
 * A field that exists only in some versions of a message. In other versions, `fallback` is read, and the writer can
 * omit the field.
 */
export interface VersionedField<T extends AnyType> {
  readonly type: T;
  readonly from: number;
  readonly to: number;
  readonly fallback: Out<T>;
}

type Fields = Readonly<Record<string, AnyType | VersionedField<AnyType>>>;
type FieldType<F> = F extends VersionedField<infer T> ? T : F;
type OptionalName<F extends Fields> = {
  [Name in keyof F]: F[Name] extends VersionedField<AnyType> ? Name : never;
}[keyof F];

/** The type of the value that is read. */
export type Out<T> = T extends { read(reader: WireReader, version: number): infer Value } ? Value : never;
/** The type of the value that must be written. */
export type In<T> = T extends { write(writer: Writer, value: infer Value, version: number): void }
  ? Value
  : never;

type StructOut<F extends Fields> = { [Name in keyof F]: Out<FieldType<F[Name]>> };
type StructIn<F extends Fields> = {
  [Name in Exclude<keyof F, OptionalName<F>>]: In<FieldType<F[Name]>>;
} & { [Name in OptionalName<F>]?: In<FieldType<F[Name]>> };

export interface ArrayType<T extends AnyType> extends Type<Out<T>[], readonly In<T>[]> {
  readonly item: T;
}

export interface NullableArrayType<T extends AnyType> extends Type<Out<T>[] | null, readonly In<T>[] | null> {
  readonly nullableItem: T;
}

export interface StructType<F extends Fields> extends Type<StructOut<F>, StructIn<F>> {
  readonly fields: F;
}

/** A field that exists since version `from`. */
export function since<T extends AnyType>(
  from: number,
  type: T,
  fallback: NoInfer<Out<T>>,
): VersionedField<T> {
  return { type, from, to: Number.MAX_SAFE_INTEGER, fallback };
}

/** A field that exists from version `from` to version `to`, both included. */
export function inVersions<T extends AnyType>(
  [from, to]: readonly [number, number],
  type: T,
  fallback: NoInfer<Out<T>>,
): VersionedField<T> {
  return { type, from, to, fallback };
}

export function array<T extends AnyType>(item: T): ArrayType<T> {
  const { read, write } = nullableArray(item);
  return {
    item,
    read(reader, version) {
      const values = read(reader, version);
      if (values === null) throw new ProtocolError('the client sent null where an array is needed');
      return values;
    },
    write,
  };
}

export function nullableArray<T extends AnyType>(item: T): NullableArrayType<T> {
  return {
    nullableItem: item,
    read(reader, version) {
      const length = reader.arrayLength();
      if (length === -1) return null;
      const values: Out<T>[] = [];
      for (let read = 0; read < length; read++) values.push(item.read(reader, version) as Out<T>);
      return values;
    },
    write(writer, values, version) {
      writer.int32(values === null ? -1 : values.length);
      for (const value of values ?? []) item.write(writer, value as never, version);
    },
  };
}

/** A message or a part of a message. The object lists its fields in the order in which they are sent. */
export function struct<F extends Fields>(fields: F): StructType<F> {
  const layout = Object.entries(fields).map(([name, field]) => ({ name, ...asVersioned(field) }));
  return {
    fields,
    read(reader, version) {
      const value: Record<string, unknown> = {};
      for (const field of layout) {
        value[field.name] = carries(field, version) ? field.type.read(reader, version) : field.fallback;
      }
      return value as StructOut<F>;
    },
    write(writer, value, version) {
      const values = value as Readonly<Record<string, unknown>>;
      for (const field of layout) {
        if (!carries(field, version)) continue;
        field.type.write(writer, (values[field.name] ?? field.fallback) as never, version);
      }
    },
  };
}

function asVersioned(field: AnyType | VersionedField<AnyType>): VersionedField<AnyType> {
  return 'fallback' in field ? field : { type: field, from: 0, to: Number.MAX_SAFE_INTEGER, fallback: null };
}

function carries(field: VersionedField<AnyType>, version: number): boolean {
  return version >= field.from && version <= field.to;
}
