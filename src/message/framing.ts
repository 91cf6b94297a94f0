const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
/** Confluent's wire format: a zero byte, and the id of a schema in four. */
const CONFLUENT_MAGIC = 0;
const CONFLUENT_PREFIX_BYTES = 5;

/** A value without what a serializer may have put before its JSON. */
export function withoutPrefix(value: Buffer): Buffer {
  if (value[0] === CONFLUENT_MAGIC) return value.subarray(CONFLUENT_PREFIX_BYTES);
  if (value[0] !== BYTE_ORDER_MARK[0]) return value;
  const prefix = value.subarray(0, BYTE_ORDER_MARK.length);
  return prefix.equals(BYTE_ORDER_MARK) ? value.subarray(BYTE_ORDER_MARK.length) : value;
}
