import { createRequire } from 'node:module';

type Read = (bytes: number) => Promise<Buffer>;
/** The part of rabbitmq-client's lib/codec.js, version 5.0.8, that qbl uses. */
interface Codec {
  decodeFrame(read: Read): Promise<unknown>;
}

const codec: Codec = createRequire(import.meta.url)('rabbitmq-client/lib/codec');
const { decodeFrame } = codec;

/** The type of a frame with the header of a message (AMQP 0-9-1, section 4.2.3). */
const HEADER_FRAME = 2;
/** Where the property flags are in the payload, and where the properties begin (section 4.2.6.1). */
const FLAGS_AT = 12;
const PROPERTIES_AT = 14;
/** The flag of the headers table, and the flags of the properties before it, which are short strings. */
const HEADERS_FLAG = 0x2000;
const SHORT_STRING_FLAGS = [0x8000, 0x4000];

const TABLE = 'F';
const ARRAY = 'A';
const BYTES = 'x';
const LENGTH_BYTES = 4;
/** The types of fields whose values begin with a length of four bytes. */
const TYPES_WITH_LENGTH = ['S', BYTES, TABLE, ARRAY];
/** The size of the values of all other types, as RabbitMQ and rabbitmq-client use them. */
const BYTES_OF_TYPE: Readonly<Record<string, number>> = {
  ...{ t: 1, b: 1, B: 1, s: 2, u: 2, I: 4, i: 4, f: 4, D: 5, l: 8, T: 8, d: 8, V: 0 },
};

/**
 * Makes rabbitmq-client read only the outer level of a message's headers. rabbitmq-client reads tables and arrays by
 * recursion. A message with thousands of nested tables would exceed the stack. The connection would then fail at this
 * message each time. qbl uses no value in nested tables.
 */
export function readOuterHeadersOnly(): void {
  codec.decodeFrame = (read) => {
    let start: Buffer | undefined;
    return decodeFrame(async (bytes) => {
      const chunk = await read(bytes);
      if (start === undefined) start = chunk;
      else if (start[0] === HEADER_FRAME) hideNestedFields(chunk);
      return chunk;
    });
  };
}

/**
 * Turns the content of each table and array in the headers into one field of bytes with the same size. Leaves a
 * malformed frame to rabbitmq-client, which reports the frame.
 */
function hideNestedFields(payload: Buffer): void {
  if (payload.length < PROPERTIES_AT) return;
  const flags = payload.readUInt16BE(FLAGS_AT);
  if ((flags & HEADERS_FLAG) === 0) return;
  let at = PROPERTIES_AT;
  for (const flag of SHORT_STRING_FLAGS) if ((flags & flag) !== 0) at += 1 + (payload[at] ?? 0);
  if (at + LENGTH_BYTES > payload.length) return;
  const end = Math.min(payload.length, at + LENGTH_BYTES + payload.readUInt32BE(at));
  at += LENGTH_BYTES;
  while (at < end) {
    const typeAt = at + 1 + (payload[at] ?? 0);
    const type = String.fromCharCode(payload[typeAt] ?? 0);
    at = typeAt + 1;
    if (!TYPES_WITH_LENGTH.includes(type)) {
      at += BYTES_OF_TYPE[type] ?? payload.length;
      continue;
    }
    if (at + LENGTH_BYTES > end) return;
    const content = payload.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + payload.readUInt32BE(at));
    at += LENGTH_BYTES + payload.readUInt32BE(at);
    // In a table, the one field that replaces the content begins with an empty name. In an array, it has no name.
    if (type === TABLE) hide(content, [0, ...Buffer.from(BYTES)]);
    if (type === ARRAY) hide(content, [...Buffer.from(BYTES)]);
  }
}

/** Turns the content of a table or an array into one field. Content that is too short for a field is harmless. */
function hide(content: Buffer, start: readonly number[]): void {
  const headBytes = start.length + LENGTH_BYTES;
  if (content.length < headBytes) return;
  content.set(start);
  content.writeUInt32BE(content.length - headBytes, start.length);
}
