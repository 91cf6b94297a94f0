import { DamagedLogError, isSystemError } from '../error.ts';
import type { LogFile } from './log-file.ts';

/** `always`: an append is done when it is on the disk. `never`: when the operating system has it. */
export type FsyncPolicy = 'always' | 'never';

/** A file that only grows by whole appends: one that fails leaves nothing behind. */
export class AppendFile {
  readonly #file: LogFile;
  readonly #fsync: FsyncPolicy;
  #lengthBytes: number;
  /** Something past `#lengthBytes` may be on the disk that must not stay. */
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
   * Appends all or nothing; rejects with the system's error (ENOSPC, EIO), after which it may be tried again, or with
   * DamagedLogError when somebody else has changed or deleted the file.
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

  /** Before the write and not after it: what is deleted a moment later was deleted after the ack as well. */
  #checkFile(): void {
    const { sizeBytes, hasName } = this.#file.inspect();
    if (!hasName) throw new DamagedLogError('the file was deleted');
    if (sizeBytes !== this.#lengthBytes) {
      throw new DamagedLogError(`the file has ${sizeBytes} bytes, and ${this.#lengthBytes} were written`);
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

/** What of the buffers remains after so many bytes. */
function skip(buffers: Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  const rest: Buffer[] = [];
  for (const buffer of buffers) {
    if (left < buffer.length) rest.push(buffer.subarray(left));
    left = Math.max(0, left - buffer.length);
  }
  return rest;
}

/** The truncation is tried again before the next append. */
function ignoreSystemError(error: unknown): void {
  if (!isSystemError(error)) throw error;
}
