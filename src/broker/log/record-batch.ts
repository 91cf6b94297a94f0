import { MAX_BATCH_BYTES } from '../limits.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';
import { WireReader } from '../wire/reader.ts';
import { crc32c } from './crc32c.ts';

/** Byte positions of the fields in a record batch v2 (Kafka's DefaultRecordBatch.java). */
const BATCH_LENGTH = 8;
const LEADER_EPOCH = 12;
export const MAGIC = 16;
const CRC = 17;
const ATTRIBUTES = 21;
const LAST_OFFSET_DELTA = 23;
const MAX_TIMESTAMP = 35;
const PRODUCER_ID = 43;
export const HEADER_BYTES = 61;
/**
 * Size of the fields up to and including `batchLength`. The field `batchLength` counts only the bytes after
 * it.
 */
const LENGTH_PREFIX_BYTES = 12;

const COMPRESSION_MASK = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
export const MAGIC_VALUE = 2;
export const NO_PRODUCER_ID = -1;

export interface BatchHeader {
  readonly baseOffset: number;
  /** Size of the whole batch, including the first 12 bytes that `batchLength` does not count. */
  readonly sizeBytes: number;
  readonly lastOffset: number;
  readonly maxTimestampMs: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordCount: number;
  readonly compression: number;
}

/** Returns the reason why the bytes cannot be stored as a batch. Returns NONE if they can be stored. */
export function checkBatch(batch: Buffer): ErrorCode {
  if (batch.length <= MAGIC) return ERRORS.CORRUPT_MESSAGE;
  if (batch.readInt8(MAGIC) !== MAGIC_VALUE) return ERRORS.UNSUPPORTED_FOR_MESSAGE_FORMAT;
  if (batch.length > MAX_BATCH_BYTES) return ERRORS.MESSAGE_TOO_LARGE;
  if (batch.length < HEADER_BYTES) return ERRORS.CORRUPT_MESSAGE;
  return checkLength(batch) || checkCrc(batch) || checkContent(batch);
}

/** Reads the batch header at the start of the buffer. Returns undefined if the buffer has no valid header. */
export function readHeader(buffer: Buffer): BatchHeader | undefined {
  if (buffer.length < HEADER_BYTES || buffer.readInt8(MAGIC) !== MAGIC_VALUE) return undefined;
  const sizeBytes = LENGTH_PREFIX_BYTES + buffer.readInt32BE(BATCH_LENGTH);
  if (sizeBytes < HEADER_BYTES || sizeBytes > MAX_BATCH_BYTES) return undefined;
  const baseOffset = new WireReader(buffer).int64();
  const fields = new WireReader(buffer.subarray(MAX_TIMESTAMP, HEADER_BYTES));
  return {
    baseOffset,
    sizeBytes,
    lastOffset: baseOffset + buffer.readInt32BE(LAST_OFFSET_DELTA),
    compression: buffer.readInt16BE(ATTRIBUTES) & COMPRESSION_MASK,
    maxTimestampMs: fields.int64(),
    producerId: fields.int64(),
    producerEpoch: fields.int16(),
    baseSequence: fields.int32(),
    recordCount: fields.int32(),
  };
}

/** Whether the checksum of a complete batch fits its content. */
export function crcHolds(batch: Buffer): boolean {
  return crc32c(batch.subarray(ATTRIBUTES)) === batch.readUInt32BE(CRC);
}

/**
 * Writes the offset and the append time into the bytes of a batch. With LogAppendTime, the batch's maxTimestamp is the
 * time of all its records. The checksum is computed again, because it covers the time.
 */
export function stampBatch(batch: Buffer, baseOffset: number, appendTimeMs: number): void {
  batch.writeBigInt64BE(BigInt(baseOffset), 0);
  batch.writeInt32BE(0, LEADER_EPOCH);
  batch.writeInt16BE(batch.readInt16BE(ATTRIBUTES) | LOG_APPEND_TIME, ATTRIBUTES);
  batch.writeBigInt64BE(BigInt(appendTimeMs), MAX_TIMESTAMP);
  batch.writeUInt32BE(crc32c(batch.subarray(ATTRIBUTES)), CRC);
}

function checkLength(batch: Buffer): ErrorCode {
  const sizeBytes = LENGTH_PREFIX_BYTES + batch.readInt32BE(BATCH_LENGTH);
  if (sizeBytes === batch.length) return ERRORS.NONE;
  // A partition of a Produce request has exactly one batch since version 3 (Kafka's ProduceRequest.validateRecords).
  return sizeBytes >= HEADER_BYTES && sizeBytes < batch.length
    ? ERRORS.INVALID_RECORD
    : ERRORS.CORRUPT_MESSAGE;
}

function checkCrc(batch: Buffer): ErrorCode {
  return crcHolds(batch) ? ERRORS.NONE : ERRORS.CORRUPT_MESSAGE;
}

function checkContent(batch: Buffer): ErrorCode {
  const attributes = batch.readInt16BE(ATTRIBUTES);
  if (attributes & CONTROL) return ERRORS.INVALID_RECORD;
  if (attributes & TRANSACTIONAL) return ERRORS.INVALID_TXN_STATE;
  const header = readHeader(batch);
  if (!header || header.recordCount < 1) return ERRORS.INVALID_RECORD;
  if (batch.readInt32BE(LAST_OFFSET_DELTA) !== header.recordCount - 1) return ERRORS.INVALID_RECORD;
  // Each uncompressed record has at least one byte. Without this check, a few small batches could announce so many
  // records that all offsets are used up. Compressed records can be smaller.
  if (header.compression === 0 && batch.length - HEADER_BYTES < header.recordCount)
    return ERRORS.INVALID_RECORD;
  const idempotent = batch.readBigInt64BE(PRODUCER_ID) >= 0n;
  return idempotent && header.baseSequence < 0 ? ERRORS.INVALID_RECORD : ERRORS.NONE;
}
