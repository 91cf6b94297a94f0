import type { Timestamp } from '../../reader.ts';
import { unpackBatch } from '../codecs/codecs.ts';
import { ByteReader } from './byte-reader.ts';

/** Byte positions of the fields in a record batch (Kafka's DefaultRecordBatch.java). */
const LENGTH = 8;
const MAGIC = 16;
const ATTRIBUTES = 21;
const RECORDS = 61;
/**
 * Size of the fields up to and including the length field. The length field counts only the bytes after it.
 */
const LENGTH_PREFIX_BYTES = 12;

const COMPRESSION = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** Number of the batch format since Kafka 0.11. Only old logs have batches of an older format. */
const CURRENT_MAGIC = 2;

/**
 * Maximum number of records in one batch. A batch of 200 kB can contain millions of empty records, and each
 * becomes an object in memory. qbl's own messages are so long that a batch never has this many.
 */
const MAX_RECORDS = 500_000;

/** Length of the headers of a record that has none: the number of headers, which is 0 and takes one byte. */
const NO_HEADERS_BYTES = 1;

export interface RecordBatch {
  readonly baseOffset: number;
  /** Offset of the batch's last record. Compaction keeps this value, even if it removes the record. */
  readonly lastOffset: number;
  readonly timestampSource: Timestamp['source'];
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly producerId: number;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  readonly count: number;
  /** Kafka's number of the compression codec. */
  readonly compression: number;
  /** The records, compressed if `compression` is not 0. */
  readonly records: Buffer;
}

/**
 * Converts one record to the form that the caller needs. `timestampMs` is in epoch milliseconds, or −1 if the record
 * has no time. `headers` are the encoded headers, or null if the record has none.
 */
export type MakeRecord<Record> = (
  offset: number,
  timestampMs: number,
  key: Buffer | null,
  value: Buffer | null,
  headers: Buffer | null,
) => Record;

/**
 * Splits the fetched bytes of a partition into batches. An answer has a limited size, so its last batch can be
 * incomplete. An incomplete batch is left out, and the next fetch returns it completely.
 * @throws if the format is older than Kafka 0.11, or a batch has an incomplete header
 */
export function readBatches(fetched: Buffer): RecordBatch[] {
  const batches: RecordBatch[] = [];
  for (let start = 0; start + MAGIC < fetched.length; ) {
    const magic = fetched.readInt8(start + MAGIC);
    if (magic !== CURRENT_MAGIC)
      throw new Error(`the record batch has format ${magic}, which qbl cannot read`);
    const end = start + LENGTH_PREFIX_BYTES + fetched.readInt32BE(start + LENGTH);
    if (end < start + RECORDS) throw new RangeError('the record batch is shorter than its header');
    if (end > fetched.length) break;
    batches.push(readBatch(fetched.subarray(start, end)));
    start = end;
  }
  return batches;
}

function readBatch(batch: Buffer): RecordBatch {
  const baseOffset = new ByteReader(batch).int64();
  const fields = new ByteReader(batch, ATTRIBUTES);
  const attributes = fields.int16();
  const lastOffset = baseOffset + fields.int32();
  const baseTimestampMs = fields.int64();
  const maxTimestampMs = fields.int64();
  const producerId = fields.int64();
  // Skips the producer's epoch and the sequence number.
  fields.skip(2 + 4);
  const count = fields.int32();
  return {
    baseOffset,
    lastOffset,
    timestampSource: attributes & LOG_APPEND_TIME ? 'LogAppendTime' : 'CreateTime',
    baseTimestampMs,
    maxTimestampMs,
    producerId,
    isTransactional: (attributes & TRANSACTIONAL) !== 0,
    isControl: (attributes & CONTROL) !== 0,
    count,
    compression: attributes & COMPRESSION,
    records: batch.subarray(RECORDS),
  };
}

/**
 * Returns the bytes of a batch's records. For a compressed batch, returns a promise, because loading a codec takes
 * time.
 * @throws if the batch cannot be decompressed, or has too many records
 */
export function unpackedRecords(batch: RecordBatch): Buffer | Promise<Buffer> {
  if (batch.count > MAX_RECORDS)
    throw new Error(`the record batch at ${batch.baseOffset} has more than ${MAX_RECORDS} records`);
  return batch.compression === 0 ? batch.records : unpackBatch(batch.records, batch.compression);
}

/**
 * Reads the decompressed records of a batch. If the broker sets the times (LogAppendTime), each record gets the batch's
 * timestamp, as in Kafka's own clients.
 * @throws if the bytes do not match the record count
 */
export function recordsIn<Record>(
  batch: RecordBatch,
  unpacked: Buffer,
  make: MakeRecord<Record>,
): readonly Record[] {
  try {
    return readRecords(batch, unpacked, make);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the record batch at ${batch.baseOffset} cannot be read: ${reason}`);
  }
}

function readRecords<Record>(batch: RecordBatch, unpacked: Buffer, make: MakeRecord<Record>): Record[] {
  const reader = new ByteReader(unpacked);
  const isStamped = batch.timestampSource === 'LogAppendTime';
  const records: Record[] = [];
  for (let i = 0; i < batch.count; i++) {
    const length = reader.varint();
    const end = reader.position + length;
    // Skips the record's attributes, which Kafka does not use.
    reader.skip(1);
    const timestampDelta = reader.varint();
    const offset = batch.baseOffset + reader.varint();
    const key = reader.bytes(reader.varint());
    const value = reader.bytes(reader.varint());
    const headers = readHeaders(reader, end - reader.position);
    const timestampMs = isStamped ? batch.maxTimestampMs : batch.baseTimestampMs + timestampDelta;
    records.push(make(offset, timestampMs, key, value, headers));
  }
  const left = unpacked.length - reader.position;
  if (batch.count < 0 || left > 0)
    throw new RangeError(`${left} bytes are left after ${batch.count} records`);
  return records;
}

function readHeaders(reader: ByteReader, length: number): Buffer | null {
  if (length > NO_HEADERS_BYTES) return reader.bytes(length);
  reader.skip(length);
  return null;
}
