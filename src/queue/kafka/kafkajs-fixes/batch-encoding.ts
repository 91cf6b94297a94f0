import { createRequire } from 'node:module';
import type { IHeaders, Message } from 'kafkajs';
import { BytesWriter, varintBytes } from './bytes-writer.ts';

/** A Produce request with one batch of messages for one partition. */
export interface Batch {
  readonly acks: number;
  readonly timeout: number;
  readonly topic: string;
  readonly partition: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly messages: readonly Message[];
}

/** A message with its length in bytes, so that the whole buffer is allocated once. */
interface Sized {
  readonly message: Message;
  readonly headers: readonly [name: string, value: Bytes][];
  /** Size of the record without the length field at its start. */
  readonly bodyBytes: number;
}

type Bytes = Buffer | string;

/**
 * Size of the fields around the records: transactional id (null), acks, time-out, number of topics, number of
 * partitions, partition, size of the records.
 */
const REQUEST_BYTES = 2 + 2 + 4 + 4 + 4 + 4 + 4;
/** Size of the header of a record batch (DefaultRecordBatch), including the number of records. */
const BATCH_HEADER_BYTES = 61;
/** Size of the first offset and of the length field. The length of a batch does not count them. */
const BEFORE_LENGTH_BYTES = 12;
/** Position of the checksum, which covers everything after it. */
const CRC_AT = 17;
const MAGIC = 2;

const crc32c: (bytes: Buffer) => number = createRequire(import.meta.url)(
  'kafkajs/src/protocol/recordBatch/crc32C/crc32C',
);

/**
 * Encodes the body of a Produce request, version 3 to 7 (https://kafka.apache.org/protocol#The_Messages_Produce), with
 * a record batch of version 2 (https://kafka.apache.org/documentation/#recordbatch).
 * @param nowMs the time of all messages, in milliseconds since 1970
 */
export function encodeBatch(batch: Batch, nowMs: number): Buffer {
  const records = batch.messages.map(sized);
  const batchBytes = records.reduce((sum, record) => sum + recordBytes(record), BATCH_HEADER_BYTES);
  const requestBytes = REQUEST_BYTES + 2 + Buffer.byteLength(batch.topic);
  const writer = new BytesWriter(requestBytes + batchBytes);
  writeRequest(writer, batch, batchBytes);
  writeBatchHeader(writer, batch, { batchBytes, nowMs });
  for (const [index, record] of records.entries()) writeRecord(writer, record, index);
  const { bytes } = writer;
  const batchAt = requestBytes;
  bytes.writeUInt32BE(crc32c(bytes.subarray(batchAt + CRC_AT + 4)), batchAt + CRC_AT);
  return bytes;
}

function writeRequest(
  writer: BytesWriter,
  { acks, timeout, topic, partition }: Batch,
  batchBytes: number,
): void {
  writer.int16(-1);
  writer.int16(acks);
  writer.int32(timeout);
  writer.int32(1);
  writer.int16(Buffer.byteLength(topic));
  writer.text(topic);
  writer.int32(1);
  writer.int32(partition);
  writer.int32(batchBytes);
}

function writeBatchHeader(
  writer: BytesWriter,
  { producerId, producerEpoch, firstSequence, messages }: Batch,
  { batchBytes, nowMs }: { batchBytes: number; nowMs: number },
): void {
  writer.int64(0); // 0 for the first offset, which the broker sets.
  writer.int32(batchBytes - BEFORE_LENGTH_BYTES);
  writer.int32(0); // 0 for the leader epoch, which the broker sets.
  writer.int8(MAGIC);
  writer.int32(0); // 0 for the checksum, which is written at the end.
  writer.int16(0); // 0 for the attributes: no compression, time set by the producer, no transaction.
  writer.int32(messages.length - 1);
  writer.int64(nowMs);
  writer.int64(nowMs);
  writer.int64(producerId);
  writer.int16(producerEpoch);
  writer.int32(firstSequence);
  writer.int32(messages.length);
}

function writeRecord(writer: BytesWriter, { message, headers, bodyBytes }: Sized, index: number): void {
  writer.varint(bodyBytes);
  writer.int8(0); // 0 for the attributes, because records have none.
  writer.varint(0); // 0 ms after the time of the batch, for all messages.
  writer.varint(index);
  writer.nullable(message.key ?? null);
  writer.nullable(message.value);
  writer.varint(headers.length);
  for (const [name, value] of headers) {
    writer.nullable(name);
    writer.nullable(value);
  }
}

function sized(message: Message, index: number): Sized {
  const headers = message.headers === undefined ? [] : pairsOf(message.headers);
  const headersBytes = headers.reduce(
    (sum, [name, value]) => sum + nullableBytes(name) + nullableBytes(value),
    varintBytes(headers.length),
  );
  const fixedBytes = 1 + varintBytes(0) + varintBytes(index);
  const bodyBytes =
    fixedBytes + nullableBytes(message.key ?? null) + nullableBytes(message.value) + headersBytes;
  return { message, headers, bodyBytes };
}

function pairsOf(headers: IHeaders): [string, Bytes][] {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values ?? []].flat().map((value): [string, Bytes] => [name, value]),
  );
}

function recordBytes({ bodyBytes }: Sized): number {
  return varintBytes(bodyBytes) + bodyBytes;
}

function nullableBytes(value: Bytes | null): number {
  if (value === null) return varintBytes(-1);
  const bytes = Buffer.byteLength(value);
  return varintBytes(bytes) + bytes;
}
