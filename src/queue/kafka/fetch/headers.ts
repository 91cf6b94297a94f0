import type { MessageHeader } from '../../queue.ts';
import { ByteReader } from './byte-reader.ts';

/**
 * Limit for the headers of one record. A record of 1 MB can contain half a million empty headers, and each becomes an
 * object in memory. Kafka has no limit of its own.
 */
const MAX_HEADERS = 1_000;

/**
 * Decodes the headers of a record (HeaderKey and HeaderValue of Kafka's record format). Never throws: any client can
 * write anything here. Damaged headers end the list, and so does the limit.
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

/** A value can be null in Kafka, which becomes an empty text. A name cannot. */
function readHeader(reader: ByteReader): MessageHeader {
  const name = reader.bytes(reader.varint());
  if (name === null) throw new RangeError('a header has no name');
  const value = reader.bytes(reader.varint());
  return { name: name.toString('utf8'), value: value?.toString('utf8') ?? '' };
}
