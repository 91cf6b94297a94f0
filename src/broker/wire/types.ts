import { isUtf8 } from 'node:buffer';
import { ProtocolError, type WireReader } from './reader.ts';
import type { Writer } from './writer.ts';

/**
 * How one value is encoded. `Out` is the type of a value that was read, `In` the type of a value to write. The two
 * types differ only for a field that can be omitted. `read` and `write` get the version, so that the flexible encodings
 * (KIP-482) can be added in one place.
 */
export interface Type<Out, In = Out> {
  read(reader: WireReader, version: number): Out;
  write(writer: Writer, value: In, version: number): void;
}

export const boolean: Type<boolean> = {
  read: (reader) => reader.int8() !== 0,
  write: (writer, value) => writer.int8(value ? 1 : 0),
};

export const int8: Type<number> = {
  read: (reader) => reader.int8(),
  write: (writer, value) => writer.int8(value),
};

export const int16: Type<number> = {
  read: (reader) => reader.int16(),
  write: (writer, value) => writer.int16(value),
};

export const int32: Type<number> = {
  read: (reader) => reader.int32(),
  write: (writer, value) => writer.int32(value),
};

export const int64: Type<number> = {
  read: (reader) => reader.int64(),
  write: (writer, value) => writer.int64(value),
};

export const nullableString: Type<string | null> = {
  read(reader) {
    const length = reader.int16();
    return length === -1 ? null : toText(reader.bytes(length));
  },
  write(writer, value) {
    if (value === null) return writer.int16(-1);
    const bytes = Buffer.from(value);
    writer.int16(bytes.length);
    writer.bytes(bytes);
  },
};

export const string: Type<string> = { read: notNull(nullableString), write: nullableString.write };

const nullableBytes: Type<Buffer | null> = {
  read(reader) {
    const length = reader.int32();
    return length === -1 ? null : reader.bytes(length);
  },
  write(writer, value) {
    writer.int32(value === null ? -1 : value.length);
    if (value !== null) writer.bytes(value);
  },
};

export const bytes: Type<Buffer> = { read: notNull(nullableBytes), write: nullableBytes.write };

/** Record batches as bytes. log/record-batch.ts parses them. */
export const records: Type<Buffer | null> = { read: nullableBytes.read, write: nullableBytes.write };

/**
 * Decodes UTF-8 and refuses invalid bytes. Node would replace each invalid byte by U+FFFD. Encoded again, that text
 * could be too long for its length field.
 */
function toText(bytes: Buffer): string {
  if (!isUtf8(bytes)) throw new ProtocolError('the client sent a text that is not UTF-8');
  return bytes.toString();
}

function notNull<T>(type: Type<T | null>): Type<T>['read'] {
  return (reader, version) => {
    const value = type.read(reader, version);
    if (value === null) throw new ProtocolError('the client sent null where a value is needed');
    return value;
  };
}
