import type { MessageHeader } from '../../message.ts';
import { ByteReader } from './byte-reader.ts';

/**
 * Maximum number of headers of one record. Kafka has no such limit. A record of 1 MB can contain half a
 * million empty headers, and each becomes an object in memory.
 */
const MAX_HEADERS = 1_000;

/**
 * Decodes the headers of a record (HeaderKey and HeaderValue of Kafka's record format). The function never
 * throws, because any client can write any bytes here. It stops at damaged headers and at the limit.
 */
export function decodeHeaders(bytes: Buffer): MessageHeader[] {
  const headers: MessageHeader[] = [];
  const reader = new ByteReader(bytes);
  try {
    for (let left = Math.min(reader.varint(), MAX_HEADERS); left > 0; left--)
      headers.push(readHeader(reader));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return headers;
}

/**
 * In Kafka the value of a header can be null, and qbl reads null as an empty text. The name of a header
 * cannot be null.
 */
function readHeader(reader: ByteReader): MessageHeader {
  const name = reader.bytes(reader.varint());
  if (name === null) throw new RangeError('a header has no name');
  const value = reader.bytes(reader.varint());
  return { name: name.toString('utf8'), value: value?.toString('utf8') ?? '' };
}
