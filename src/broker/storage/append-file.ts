import { DamagedLogError, isSystemError } from '../error.ts';
import type { LogFile } from './log-file.ts';

/** When an append is complete. `always`: when the data is on the disk. `never`: when the operating system has it. */
export type FsyncPolicy = 'always' | 'never';

/** A file that grows only by complete appends. A failed append leaves nothing in the file. */
export class AppendFile {
  readonly #file: LogFile;
  readonly #fsync: FsyncPolicy;
  #lengthBytes: number;
  /** The file may contain bytes after `#lengthBytes` that must be removed. */
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
   * Appends all buffers or none. Rejects with the system's error (ENOSPC, EIO), after which the caller can try again.
   * Rejects with DamagedLogError if another program changed or deleted the file.
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
   * Check before the write. Checking after it would gain nothing: the file can be deleted right after the ack, too.
   */
  #checkFile(): void {
    const { sizeBytes, hasName } = this.#file.inspect();
    if (!hasName) throw new DamagedLogError('the file was deleted');
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

/** Returns the buffers without their first bytes. */
function skip(buffers: Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  const rest: Buffer[] = [];
  for (const buffer of buffers) {
    if (left < buffer.length) rest.push(buffer.subarray(left));
    left = Math.max(0, left - buffer.length);
  }
  return rest;
}

/** The next append tries the truncation again. */
function ignoreSystemError(error: unknown): void {
  if (!isSystemError(error)) throw error;
}
