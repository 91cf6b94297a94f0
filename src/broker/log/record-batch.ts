import { MAX_BATCH_BYTES } from '../limits.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';
import { WireReader } from '../wire/reader.ts';
import { crc32c } from './crc32c.ts';

/** Where the fields of a record batch v2 lie (Kafka's DefaultRecordBatch.java). */
const BATCH_LENGTH = 8;
const LEADER_EPOCH = 12;
export const MAGIC = 16;
const CRC = 17;
const ATTRIBUTES = 21;
const LAST_OFFSET_DELTA = 23;
const MAX_TIMESTAMP = 35;
const PRODUCER_ID = 43;
export const HEADER_BYTES = 61;
/** `batchLength` counts what follows it. */
const LENGTH_PREFIX_BYTES = 12;

const COMPRESSION_MASK = 0x07;
const LOG_APPEND_TIME = 0x08;
const TRANSACTIONAL = 0x10;
const CONTROL = 0x20;
export const MAGIC_VALUE = 2;
export const NO_PRODUCER_ID = -1;

export interface BatchHeader {
  readonly baseOffset: number;
  /** The whole batch, its own length prefix included. */
  readonly sizeBytes: number;
  readonly lastOffset: number;
  readonly maxTimestampMs: number;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly baseSequence: number;
  readonly recordCount: number;
  readonly compression: number;
}

/** Why these bytes are no batch that may be stored; NONE when they are one. */
export function checkBatch(batch: Buffer): ErrorCode {
  if (batch.length <= MAGIC) return ERRORS.CORRUPT_MESSAGE;
  if (batch.readInt8(MAGIC) !== MAGIC_VALUE) return ERRORS.UNSUPPORTED_FOR_MESSAGE_FORMAT;
  if (batch.length > MAX_BATCH_BYTES) return ERRORS.MESSAGE_TOO_LARGE;
  if (batch.length < HEADER_BYTES) return ERRORS.CORRUPT_MESSAGE;
  return checkLength(batch) || checkCrc(batch) || checkContent(batch);
}

/** The header at the start of the buffer, or undefined when what stands there is none. */
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

/** Whether the checksum of a whole batch is right. */
export function crcHolds(batch: Buffer): boolean {
  return crc32c(batch.subarray(ATTRIBUTES)) === batch.readUInt32BE(CRC);
}

/**
 * Gives a batch its place and its time, in the bytes themselves. With LogAppendTime every record of the batch
 * has the batch's maxTimestamp; the checksum covers that and the attributes, so it is computed anew.
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
  // Since Produce version 3 a partition gets exactly one batch (Kafka's ProduceRequest.validateRecords).
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
  // Compressed records may take next to nothing. Others have at least a byte, or else few batches use up all offsets.
  if (header.compression === 0 && batch.length - HEADER_BYTES < header.recordCount)
    return ERRORS.INVALID_RECORD;
  const idempotent = batch.readBigInt64BE(PRODUCER_ID) >= 0n;
  return idempotent && header.baseSequence < 0 ? ERRORS.INVALID_RECORD : ERRORS.NONE;
}
