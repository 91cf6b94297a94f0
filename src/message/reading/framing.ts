import { inflateSync } from 'node:zlib';

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
/**
 * First byte of Confluent's format, which puts a zero byte and a schema ID of four bytes before the message.
 */
const CONFLUENT_MAGIC = 0;
const CONFLUENT_PREFIX_BYTES = 5;
/**
 * First byte of AWS Glue's format, which puts a version byte, a compression byte and a UUID of 16 bytes
 * before the message (awslabs/aws-glue-schema-registry, AWSSchemaRegistryConstants.java).
 */
const GLUE_VERSION = 3;
const GLUE_PREFIX_BYTES = 18;
const GLUE_ZLIB = 5;
/**
 * Maximum size of a decompressed message. Queues accept messages of a few MiB, and qbl sends no message that
 * is larger than this after decompression.
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
 * Returns the JSON texts that may be in a value whose prefix is damaged. If one byte of a prefix is damaged,
 * qbl may not recognize the prefix. The whole value is among the texts too, because damage can make JSON look
 * like a prefix.
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
