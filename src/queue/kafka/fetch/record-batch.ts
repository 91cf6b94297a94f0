import type { Timestamp } from '../../queue.ts';
import { unpackBatch } from '../codecs/codecs.ts';
import { ByteReader } from './byte-reader.ts';

/** Where the fields of a record batch lie (Kafka's DefaultRecordBatch.java). */
const LENGTH = 8;
const MAGIC = 16;
const ATTRIBUTES = 21;
const RECORDS = 61;
/** The length counts what follows it. */
const LENGTH_PREFIX_BYTES = 12;

const COMPRESSION = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
/** The format since Kafka 0.11; what is older lies in old segments only. */
const CURRENT_MAGIC = 2;

/**
 * Records that are read of one batch. A batch of 200 kB can unpack to millions of empty ones, and each is an object in
 * memory. The messages of qbl are so long that fewer fit into a batch.
 */
const MAX_RECORDS = 500_000;

/** A record batch as it was fetched. */
export interface RecordBatch {
  readonly baseOffset: number;
  /** Compaction keeps it, though it may remove the record. */
  readonly lastOffset: number;
  readonly timestampSource: Timestamp['source'];
  readonly baseTimestampMs: number;
  readonly maxTimestampMs: number;
  readonly producerId: number;
  readonly isTransactional: boolean;
  readonly isControl: boolean;
  readonly count: number;
  /** The number of its codec. */
  readonly compression: number;
  /** As its producer packed them. */
  readonly records: Buffer;
}

export interface BatchRecord {
  readonly offset: number;
  /** Epoch milliseconds; -1: none. */
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
}

/**
 * The batches that stand one after the other in what was fetched of a partition. The last may be cut off, as a
 * fetch ends at a number of bytes: it comes whole with the next one.
 * @throws when the format is older than Kafka 0.11, or a batch has no whole header
 */
export function readBatches(fetched: Buffer): RecordBatch[] {
  const batches: RecordBatch[] = [];
  for (let start = 0; start + MAGIC < fetched.length; ) {
    const magic = fetched.readInt8(start + MAGIC);
    if (magic !== CURRENT_MAGIC) throw new Error(`a record batch of format ${magic}, which is not read`);
    const end = start + LENGTH_PREFIX_BYTES + fetched.readInt32BE(start + LENGTH);
    if (end < start + RECORDS) throw new RangeError('a record batch that is shorter than its header');
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
  // The producer's epoch and its sequence number.
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
 * The records of a batch, unpacked. With LogAppendTime each has the batch's stamp, as Kafka's own clients do it.
 * @throws when the batch cannot be unpacked, has too many records, or the bytes are not as many records as it has
 */
export async function recordsOf(batch: RecordBatch): Promise<BatchRecord[]> {
  if (batch.count > MAX_RECORDS)
    throw new Error(`the record batch at ${batch.baseOffset} has more than ${MAX_RECORDS} records`);
  const unpacked = await unpackBatch(batch.records, batch.compression);
  try {
    return readRecords(batch, unpacked);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the record batch at ${batch.baseOffset} cannot be read: ${reason}`);
  }
}

function readRecords(batch: RecordBatch, unpacked: Buffer): BatchRecord[] {
  const reader = new ByteReader(unpacked);
  const isStamped = batch.timestampSource === 'LogAppendTime';
  const records: BatchRecord[] = [];
  for (let i = 0; i < batch.count; i++) {
    const length = reader.varint();
    const end = reader.position + length;
    // The record's own attributes, of which none is in use.
    reader.skip(1);
    const timestampDelta = reader.varint();
    const offset = batch.baseOffset + reader.varint();
    const key = reader.bytes(reader.varint());
    const value = reader.bytes(reader.varint());
    records.push({
      offset,
      timestampMs: isStamped ? batch.maxTimestampMs : batch.baseTimestampMs + timestampDelta,
      key,
      value,
    });
    // The headers.
    reader.skip(end - reader.position);
  }
  const left = unpacked.length - reader.position;
  if (batch.count < 0 || left > 0) throw new RangeError(`${left} bytes behind ${batch.count} records`);
  return records;
}
