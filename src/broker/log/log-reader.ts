import { DamagedLogError } from '../error.ts';
import { MAX_RECENT_POSITIONS } from '../limits.ts';
import { readFully, Window } from '../storage/window.ts';
import type { OffsetIndex } from './offset-index.ts';
import { type BatchHeader, HEADER_BYTES, readHeader } from './record-batch.ts';

const WINDOW_BYTES = 64 * 1024;

interface Readable {
  read(buffer: Buffer, position: number): Promise<number>;
}

interface FoundBatch {
  readonly header: BatchHeader;
  readonly position: number;
}

export interface ReadBatches {
  readonly records: Buffer;
  /** Memory that `records` needs, including unused parts of its buffer. */
  readonly heldBytes: number;
  /** Memory needed to read the first batch. 0 if the offset has no batch. */
  readonly firstBatchBytes: number;
}

const NOTHING: ReadBatches = { records: Buffer.alloc(0), heldBytes: 0, firstBatchBytes: 0 };

/** Finds and reads committed batches. Never reads after the last committed batch. */
export class LogReader {
  readonly #file: Readable;
  readonly #index: OffsetIndex;
  /**
   * Maps the offset at which a recent read ended to its position in the file. The next fetch of a consumer starts at
   * such an offset.
   */
  readonly #recent = new Map<number, number>();
  endOffset = 0;
  endPosition = 0;

  constructor(file: Readable, index: OffsetIndex) {
    this.#file = file;
    this.#index = index;
  }

  /** Moves the end of the readable log forward, after a commit. */
  advance(endOffset: number, endPosition: number): void {
    this.endOffset = endOffset;
    this.endPosition = endPosition;
  }

  /**
   * Returns the file position of the batch with this offset. For the next offset to be written, returns the end of the
   * log.
   */
  async positionOf(offset: number): Promise<number> {
    if (offset >= this.endOffset) return this.endPosition;
    const recent = this.#recent.get(offset);
    if (recent !== undefined) return recent;
    const found = await this.#find(
      this.#index.positionOfOffset(offset),
      ({ lastOffset }) => lastOffset >= offset,
    );
    return found?.position ?? this.endPosition;
  }

  /** Reads complete batches, up to `maxBytes`. The first batch is the batch that contains the offset. */
  async read(offset: number, maxBytes: number): Promise<ReadBatches> {
    const end = this.endPosition;
    const position = await this.positionOf(offset);
    if (position >= end) return NOTHING;
    const length = Math.min(end - position, Math.max(HEADER_BYTES, maxBytes));
    const bytes = await readFully(this.#file, position, length);
    const first = readHeader(bytes);
    if (!first) throw new DamagedLogError(`no valid batch at byte ${position}`);
    if (first.sizeBytes > bytes.length) return { ...NOTHING, firstBatchBytes: first.sizeBytes };
    return { ...withoutWaste(this.#wholeBatches(bytes, position), bytes), firstBatchBytes: first.sizeBytes };
  }

  async findTimestamp(timestampMs: number, startOffset: number): Promise<BatchHeader | undefined> {
    const from = Math.max(
      this.#index.positionOfTimestamp(timestampMs),
      this.#index.positionOfOffset(startOffset),
    );
    const found = await this.#find(from, (header) => {
      return header.maxTimestampMs >= timestampMs && header.lastOffset >= startOffset;
    });
    return found?.header;
  }

  async #find(from: number, wanted: (header: BatchHeader) => boolean): Promise<FoundBatch | undefined> {
    const window = new Window(this.#file, WINDOW_BYTES);
    let position = from;
    while (position < this.endPosition) {
      const header = readHeader(await window.read(position, HEADER_BYTES));
      if (!header) throw new DamagedLogError(`no valid batch at byte ${position}`);
      if (wanted(header)) return { header, position };
      position += header.sizeBytes;
    }
    return undefined;
  }

  /**
   * Returns the complete batches at the start of the bytes. Remembers the position after the last batch, where the
   * consumer's next read starts.
   */
  #wholeBatches(bytes: Buffer, position: number): Buffer {
    let length = 0;
    let nextOffset = 0;
    for (;;) {
      const header = readHeader(bytes.subarray(length, length + HEADER_BYTES));
      if (!header || length + header.sizeBytes > bytes.length) break;
      length += header.sizeBytes;
      nextOffset = header.lastOffset + 1;
    }
    this.#rememberPosition(nextOffset, position + length);
    return bytes.subarray(0, length);
  }

  #rememberPosition(offset: number, position: number): void {
    this.#recent.delete(offset);
    this.#recent.set(offset, position);
    if (this.#recent.size <= MAX_RECENT_POSITIONS) return;
    for (const oldest of this.#recent.keys()) {
      this.#recent.delete(oldest);
      return;
    }
  }
}

/**
 * Copies the records if they fill less than half of the buffer. A part of a buffer would keep the whole buffer in
 * memory.
 */
function withoutWaste(records: Buffer, read: Buffer): Omit<ReadBatches, 'firstBatchBytes'> {
  if (2 * records.length >= read.length) return { records, heldBytes: read.length };
  return { records: Buffer.from(records), heldBytes: records.length };
}
