import { inflateSync } from 'node:zlib';

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
/** Confluent's format: before the message, a zero byte and a schema ID of four bytes. */
const CONFLUENT_MAGIC = 0;
const CONFLUENT_PREFIX_BYTES = 5;
/**
 * AWS Glue's format: before the message, a version byte, a compression byte and a UUID of 16 bytes
 * (awslabs/aws-glue-schema-registry, AWSSchemaRegistryConstants.java).
 */
const GLUE_VERSION = 3;
const GLUE_PREFIX_BYTES = 18;
const GLUE_ZLIB = 5;
/**
 * Limit for a decompressed message. Queues accept messages of a few MiB, and qbl sends none that decompresses to more
 * than this.
 */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;

/** Removes a prefix that a serializer may have put before the JSON. */
export function withoutPrefix(value: Buffer): Buffer {
  return withoutByteOrderMark(withoutFraming(value));
}

function withoutFraming(value: Buffer): Buffer {
  if (value[0] === CONFLUENT_MAGIC) return value.subarray(CONFLUENT_PREFIX_BYTES);
  if (value[0] !== GLUE_VERSION) return value;
  return unpacked(value);
}

function unpacked(value: Buffer): Buffer {
  const content = value.subarray(GLUE_PREFIX_BYTES);
  return value[1] === GLUE_ZLIB ? inflated(content) : content;
}

function withoutByteOrderMark(value: Buffer): Buffer {
  if (value[0] !== BYTE_ORDER_MARK[0]) return value;
  const prefix = value.subarray(0, BYTE_ORDER_MARK.length);
  return prefix.equals(BYTE_ORDER_MARK) ? value.subarray(BYTE_ORDER_MARK.length) : value;
}

function inflated(content: Buffer): Buffer {
  try {
    return inflateSync(content, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch {
    return content;
  }
}

/**
 * If one byte of a prefix is damaged, the prefix may not be recognized. Returns the possible JSON texts behind such a
 * prefix. Also returns the whole value, because damage can make JSON look like a prefix.
 */
export function behindDamagedPrefix(value: Buffer): readonly Buffer[] {
  const marked = value.subarray(0, BYTE_ORDER_MARK.length);
  const ofMark = BYTE_ORDER_MARK.filter((byte, at) => byte === marked[at]).length;
  const isConfluent = value[1] === 0;
  const isGlue = value[0] === GLUE_VERSION || value[1] === 0 || value[1] === GLUE_ZLIB;
  const mayBeJson = withoutPrefix(value) !== value;
  return [
    ...(ofMark >= BYTE_ORDER_MARK.length - 1 ? [value.subarray(BYTE_ORDER_MARK.length)] : []),
    ...(isConfluent ? [withoutByteOrderMark(value.subarray(CONFLUENT_PREFIX_BYTES))] : []),
    ...(isGlue ? [withoutByteOrderMark(unpacked(value))] : []),
    ...(mayBeJson ? [value] : []),
  ];
}
