import type { FileHandle } from 'node:fs/promises';
import { QblError } from '../error.ts';
import { PendingBytes } from './pending-bytes.ts';

/**
 * How long a text may wait in memory before it is written. A text that is added during a write can wait up to twice as
 * long. If the process is killed, the waiting texts are lost.
 */
const FLUSH_AFTER_MS = 500;
/** With this many pending bytes, write now and do not wait for the timer. */
const FLUSH_BYTES = 64 * 1024;
/** With this many pending bytes, `add` asks its caller to wait. */
const MAX_PENDING_BYTES = 8 * 1024 * 1024;

/**
 * Appends texts to a file. One write contains many texts. Each text reaches the operating system within about a second.
 */
export class BufferedFile {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #pending = new PendingBytes();
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> | null = null;
  #failure: QblError | null = null;
  #isClosed = false;

  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.path = path;
  }

  /** Adds a text. Returns false if the caller must await `drained()` before it adds the next text. */
  add(text: string): boolean {
    if (this.#isClosed) this.#failure ??= diskError(this.path, 'the file is closed');
    if (this.#failure !== null) return false;
    this.#pending.add(text);
    if (this.#pending.length >= FLUSH_BYTES) void this.#flush();
    else this.#flushLater();
    return this.#pending.length < MAX_PENDING_BYTES;
  }

  /** Resolves when the caller can add texts again. Rejects with QblError('environment') if the disk failed. */
  async drained(): Promise<void> {
    while (this.#failure === null && this.#pending.length >= FLUSH_BYTES) await this.#flush();
    if (this.#failure !== null) throw this.#failure;
  }

  /** Writes the remaining texts and closes the file. Rejects with QblError('environment') if the disk failed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    while (this.#flushing !== null || (this.#failure === null && this.#pending.length > 0))
      await this.#flush();
    this.#stopTimer();
    await this.#file.close().catch((cause: unknown) => {
      this.#failure ??= diskError(this.path, cause);
    });
    if (this.#failure !== null) throw this.#failure;
  }

  #flushLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#flush();
    }, FLUSH_AFTER_MS);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #flush(): Promise<void> {
    this.#flushing ??= this.#writeOut();
    return this.#flushing;
  }

  /**
   * Writes the pending texts. A text that is added during the write waits for the timer or for more texts, because one
   * large write is cheaper than many small writes.
   */
  async #writeOut(): Promise<void> {
    this.#stopTimer();
    try {
      await this.#pending.writeTo(this.#file);
    } catch (cause) {
      this.#failure = diskError(this.path, cause);
      this.#pending.clear();
    }
    this.#flushing = null;
    if (this.#pending.length >= FLUSH_BYTES) void this.#flush();
    else if (this.#pending.length > 0) this.#flushLater();
  }
}

export function diskError(path: string, cause: unknown): QblError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new QblError('environment', `cannot write ${path}: ${reason}`, { cause });
}
