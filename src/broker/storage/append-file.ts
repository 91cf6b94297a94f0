import { DamagedLogError, isSystemError } from '../error.ts';
import type { LogFile } from './log-file.ts';

/**
 * When an append counts as complete. `always`: when the data is on the disk. `never`: when the operating system has
 * the data.
 */
export type FsyncPolicy = 'always' | 'never';

/** A file to which data is only appended. If an append fails, its data is removed from the file again. */
export class AppendFile {
  readonly #file: LogFile;
  readonly #fsync: FsyncPolicy;
  #lengthBytes: number;
  /** Whether a failed append may have left bytes after `#lengthBytes`. The next append must first remove such bytes. */
  #torn = false;

  constructor(file: LogFile, fsync: FsyncPolicy, lengthBytes: number) {
    this.#file = file;
    this.#fsync = fsync;
    this.#lengthBytes = lengthBytes;
  }

  get lengthBytes(): number {
    return this.#lengthBytes;
  }

  /**
   * Appends all buffers or nothing. Rejects with the system's error (such as ENOSPC or EIO); the caller can try again
   * later. Rejects with DamagedLogError if another program changed, deleted or replaced the file.
   */
  async append(buffers: Buffer[]): Promise<void> {
    if (this.#torn) await this.#cut();
    this.#checkFile();
    this.#torn = true;
    try {
      const end = await this.#writeAll(buffers);
      if (this.#fsync === 'always') await this.#file.datasync();
      this.#lengthBytes = end;
      this.#torn = false;
    } catch (error) {
      await this.#cut().catch(ignoreSystemError);
      throw error;
    }
  }

  async read(buffer: Buffer, position: number): Promise<number> {
    return this.#file.read(buffer, position);
  }

  async close(): Promise<void> {
    try {
      if (this.#torn) await this.#cut();
      await this.#file.datasync();
    } finally {
      await this.#file.close();
    }
  }

  /**
   * Rejects a deleted, replaced or changed file before a write. A check after the write would gain nothing, because the
   * file can also be deleted right after the ack.
   */
  #checkFile(): void {
    const { sizeBytes, isInPlace } = this.#file.inspect();
    if (!isInPlace) throw new DamagedLogError('the file was deleted, moved or replaced');
    if (sizeBytes !== this.#lengthBytes) {
      throw new DamagedLogError(`the file has ${sizeBytes} bytes, but the broker wrote ${this.#lengthBytes}`);
    }
  }

  async #writeAll(buffers: Buffer[]): Promise<number> {
    let position = this.#lengthBytes;
    let rest = buffers;
    while (rest.length > 0) {
      const written = await this.#file.writev(rest, position);
      position += written;
      rest = skip(rest, written);
    }
    return position;
  }

  async #cut(): Promise<void> {
    await this.#file.truncate(this.#lengthBytes);
    this.#torn = false;
  }
}

function skip(buffers: Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  const rest: Buffer[] = [];
  for (const buffer of buffers) {
    if (left < buffer.length) rest.push(buffer.subarray(left));
    left = Math.max(0, left - buffer.length);
  }
  return rest;
}

/** Ignores an error of the truncation, because the next append truncates the file again. */
function ignoreSystemError(error: unknown): void {
  if (!isSystemError(error)) throw error;
}
