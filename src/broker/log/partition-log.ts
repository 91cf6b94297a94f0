import type { Allowance } from '../allowance.ts';
import { isStorageFailure } from '../error.ts';
import { CLOCK_TOLERANCE_MS, MAX_COMMIT_BYTES, MAX_OFFSET } from '../limits.ts';
import { AppendFile, type FsyncPolicy } from '../storage/append-file.ts';
import { ERRORS, type ErrorCode } from '../wire/errors.ts';
import { describeClock } from './clock.ts';
import { GroupCommit } from './group-commit.ts';
import { LogReader, type ReadBatches } from './log-reader.ts';
import { OffsetIndex } from './offset-index.ts';
import { Producers } from './producers.ts';
import { type BatchHeader, readHeader, stampBatch } from './record-batch.ts';
import { type RecoveryOptions, recoverLog } from './recovery.ts';

export interface PartitionLogOptions extends RecoveryOptions {
  readonly fsync: FsyncPolicy;
  readonly logStartOffset: number;
  /** Limit for the number of producers that all logs together remember. */
  readonly producers: Allowance;
}

export type AppendResult =
  | { readonly kind: 'appended'; readonly baseOffset: number; readonly appendTimeMs: number }
  | { readonly kind: 'refused'; readonly errorCode: ErrorCode };

interface LogState {
  readonly file: AppendFile;
  readonly reader: LogReader;
  readonly index: OffsetIndex;
  readonly producers: Producers;
  readonly lastTimestampMs: number;
}

interface PlacedBatch {
  readonly bytes: Buffer;
  readonly header: BatchHeader;
}

/** Opens the file of a log. If a crash left an incomplete batch at its end, cuts that batch off. */
export async function openPartitionLog(options: PartitionLogOptions): Promise<PartitionLog> {
  const { file, fsync } = options;
  const index = new OffsetIndex();
  const producers = new Producers(options.producers);
  let nextOffset = 0;
  let lastTimestampMs = 0;
  const lengthBytes = await recoverLog(options, (header, position) => {
    const { baseOffset, maxTimestampMs } = header;
    index.add({ baseOffset, position, maxTimestampMs });
    producers.record(header, baseOffset, maxTimestampMs);
    nextOffset = header.lastOffset + 1;
    lastTimestampMs = maxTimestampMs;
  });
  producers.settle();
  const appendFile = new AppendFile(file, fsync, lengthBytes);
  const reader = new LogReader(appendFile, index);
  reader.advance(nextOffset, lengthBytes);
  return new PartitionLog(options, { file: appendFile, reader, index, producers, lastTimestampMs });
}

/** The log of one partition: batches in the order of their offsets and append times, in one file. */
export class PartitionLog {
  readonly #options: PartitionLogOptions;
  readonly #file: AppendFile;
  readonly #reader: LogReader;
  readonly #index: OffsetIndex;
  readonly #producers: Producers;
  readonly #commits: GroupCommit<Buffer, AppendResult>;
  readonly #listeners = new Set<() => void>();
  #lastTimestampMs: number;
  #clockIsBehind: boolean;
  #failing = false;
  /** The promise that `close` returned. Undefined before the first call of `close`. */
  #closed: Promise<void> | undefined;
  logStartOffset: number;

  constructor(options: PartitionLogOptions, state: LogState) {
    this.#options = options;
    this.#file = state.file;
    this.#reader = state.reader;
    this.#index = state.index;
    this.#producers = state.producers;
    this.#lastTimestampMs = state.lastTimestampMs;
    this.#clockIsBehind = aheadMs(state.lastTimestampMs) > CLOCK_TOLERANCE_MS;
    this.logStartOffset = Math.min(options.logStartOffset, this.highWatermark);
    this.#commits = new GroupCommit({
      commit: (batches) => this.#commit(batches),
      sizeBytes: (batch) => batch.length,
      maxGroupBytes: MAX_COMMIT_BYTES,
    });
  }

  /** The offset after the last committed record. Readers get only records before this offset. */
  get highWatermark(): number {
    return this.#reader.endOffset;
  }

  /** Append time of the last record. 0 for an empty log. */
  get lastTimestampMs(): number {
    return this.#lastTimestampMs;
  }

  /** Length of the committed part of the file. */
  get lengthBytes(): number {
    return this.#file.lengthBytes;
  }

  /**
   * Appends a batch that `checkBatch` accepted. Resolves when the batch is committed or refused. Changes the bytes of
   * `batch`.
   */
  async append(batch: Buffer): Promise<AppendResult> {
    if (this.#closed) return refused(ERRORS.UNKNOWN_TOPIC_OR_PARTITION);
    try {
      return await this.#commits.submit(batch);
    } catch (error) {
      if (!isStorageFailure(error)) throw error;
      return refused(ERRORS.KAFKA_STORAGE_ERROR);
    }
  }

  /** Reads complete batches, up to `maxBytes`. The first batch is the batch that contains the offset. */
  read(offset: number, maxBytes: number): Promise<ReadBatches> {
    return this.#reader.read(offset, maxBytes);
  }

  /** Number of committed bytes from the offset to the end of the log. */
  async availableBytes(offset: number): Promise<number> {
    const position = await this.#reader.positionOf(offset);
    return this.#reader.endPosition - position;
  }

  /** Finds the first batch that was appended at this time or later. Undefined if every batch is older. */
  async findTimestamp(timestampMs: number): Promise<{ offset: number; timestampMs: number } | undefined> {
    const found = await this.#reader.findTimestamp(Math.max(0, timestampMs), this.logStartOffset);
    return (
      found && { offset: Math.max(found.baseOffset, this.logStartOffset), timestampMs: found.maxTimestampMs }
    );
  }

  /** Calls the listener after each commit, and when the log closes. Returns a function that removes the listener. */
  onCommit(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Refuses new batches, completes pending appends, then syncs and closes the file. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    await this.#commits.idle();
    try {
      await this.#file.close();
    } finally {
      this.#producers.clear();
      this.#notify();
    }
  }

  async #commit(batches: Buffer[]): Promise<AppendResult[]> {
    const placed: PlacedBatch[] = [];
    const appendTimeMs = Math.max(Date.now(), this.#lastTimestampMs);
    this.#watchClock();
    const results = batches.map((batch) => this.#place(batch, appendTimeMs, placed));
    try {
      if (placed.length > 0) await this.#write(placed.map(({ bytes }) => bytes));
    } catch (error) {
      this.#producers.rollBack();
      throw error;
    }
    this.#producers.settle();
    if (placed.length > 0) this.#publish(placed, appendTimeMs);
    return results;
  }

  /**
   * Warns once each time the clock goes back while the broker runs. If the clock is already behind when the broker
   * starts, another warning is printed at the start.
   */
  #watchClock(): void {
    const ahead = aheadMs(this.#lastTimestampMs);
    const isBehind = ahead > CLOCK_TOLERANCE_MS;
    if (isBehind && !this.#clockIsBehind)
      this.#options.log(`${this.#options.label}: ${describeClock(ahead)}`);
    this.#clockIsBehind = isBehind;
  }

  /**
   * Gives the batch its offset and adds it to the next write. Refuses a batch with a wrong sequence number.
   * Does not store a repeated batch again.
   */
  #place(bytes: Buffer, appendTimeMs: number, placed: PlacedBatch[]): AppendResult {
    const received = readHeader(bytes);
    if (!received) return refused(ERRORS.CORRUPT_MESSAGE);
    const nextOffset = (placed.at(-1)?.header.lastOffset ?? this.highWatermark - 1) + 1;
    if (nextOffset + received.recordCount > MAX_OFFSET) return refused(ERRORS.INVALID_RECORD);
    const check = this.#producers.check(received);
    if (check.kind === 'refused') return check;
    if (check.kind === 'duplicate') {
      return { kind: 'appended', baseOffset: check.baseOffset, appendTimeMs: check.appendTimeMs };
    }
    const baseOffset = nextOffset;
    stampBatch(bytes, baseOffset, appendTimeMs);
    this.#producers.record(received, baseOffset, appendTimeMs);
    placed.push({
      bytes,
      header: { ...received, baseOffset, lastOffset: baseOffset + received.recordCount - 1 },
    });
    return { kind: 'appended', baseOffset, appendTimeMs };
  }

  async #write(buffers: Buffer[]): Promise<void> {
    const { label, log } = this.#options;
    try {
      await this.#file.append(buffers);
      if (this.#failing) log(`${label}: can append again`);
      this.#failing = false;
    } catch (error) {
      if (!this.#failing && isStorageFailure(error)) log(`${label}: cannot append: ${error.message}`);
      this.#failing = true;
      throw error;
    }
  }

  #publish(placed: PlacedBatch[], appendTimeMs: number): void {
    let position = this.#reader.endPosition;
    for (const { bytes, header } of placed) {
      this.#index.add({ baseOffset: header.baseOffset, position, maxTimestampMs: appendTimeMs });
      position += bytes.length;
    }
    this.#lastTimestampMs = appendTimeMs;
    this.#reader.advance((placed.at(-1)?.header.lastOffset ?? -1) + 1, position);
    this.#notify();
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}

function aheadMs(timestampMs: number): number {
  return timestampMs - Date.now();
}

function refused(errorCode: ErrorCode): AppendResult {
  return { kind: 'refused', errorCode };
}
