import type { FileHandle } from 'node:fs/promises';
import { QblError } from '../../error.ts';
import { createPrivate } from '../../private-file.ts';
import type { Sample } from '../sample.ts';
import { JTL_HEADER } from './jtl-columns.ts';

/** How long a row may wait in memory: half of what a killed process may lose. */
const FLUSH_AFTER_MS = 500;
/** Characters that are written at once without waiting for the timer. */
const FLUSH_LENGTH = 256 * 1024;
/** Characters kept in memory before `write` asks its caller to wait. */
const MAX_PENDING_LENGTH = 8 * 1024 * 1024;

const NEEDS_QUOTES = /[",\r\n]/;

/** Creates the file `path` and writes the header. A file that exists is refused: JMeter would append to it. */
export async function openJtl(path: string): Promise<JtlWriter> {
  try {
    const file = await createPrivate(path);
    await file.writeFile(`${JTL_HEADER}\n`);
    return new JtlWriter(file, path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
      throw new QblError('usage', `${path} exists`, {
        hint: 'Choose another name; samples are never appended.',
      });
    }
    throw diskError(path, cause);
  }
}

/** Writes samples as JMeter's CSV. A row is with the operating system at the latest after a second. */
export class JtlWriter {
  readonly path: string;
  readonly #file: FileHandle;
  #pending = '';
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> | null = null;
  #failure: QblError | null = null;

  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.path = path;
  }

  /** Takes a sample. False asks the caller to await `drained()` before the next one. */
  write(sample: Sample): boolean {
    if (this.#failure !== null) return false;
    this.#pending += jtlRow(sample);
    if (this.#pending.length >= FLUSH_LENGTH) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_AFTER_MS);
    return this.#pending.length < MAX_PENDING_LENGTH;
  }

  /** Resolves when there is room again. Rejects with QblError('environment') when the disk failed. */
  async drained(): Promise<void> {
    while (this.#failure === null && this.#pending.length >= FLUSH_LENGTH) await this.#flush();
    if (this.#failure !== null) throw this.#failure;
  }

  /** Writes what is left and closes the file. Rejects with QblError('environment') when the disk failed. */
  async close(): Promise<void> {
    while (this.#flushing !== null || (this.#failure === null && this.#pending !== '')) await this.#flush();
    await this.#file.close();
    if (this.#failure !== null) throw this.#failure;
  }

  #flush(): Promise<void> {
    this.#flushing ??= this.#writeOut().finally(() => {
      this.#flushing = null;
    });
    return this.#flushing;
  }

  /** Goes on until nothing is pending, so that a row that came during a write need not wait for the next. */
  async #writeOut(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    try {
      while (this.#pending !== '') {
        const rows = this.#pending;
        this.#pending = '';
        await this.#file.writeFile(rows);
      }
    } catch (cause) {
      this.#failure = diskError(this.path, cause);
      this.#pending = '';
    }
  }
}

/** One row with its line break. `join` makes a flat string, which costs half of a template's rope. */
export function jtlRow(sample: Sample): string {
  return [
    sample.timeStampMs,
    sample.elapsedMs,
    quote(sample.label),
    quote(sample.responseCode),
    quote(sample.responseMessage),
    quote(sample.threadName),
    'text',
    sample.success,
    quote(sample.failureMessage),
    sample.bytes,
    sample.sentBytes,
    sample.grpThreads,
    sample.allThreads,
    quote(sample.url),
    sample.latencyMs,
    sample.idleTimeMs,
    sample.connectMs,
    `${sample.loop}\n`,
  ].join(',');
}

/** JMeter's rule: quotes only where a reader needs them. Source: CSVSaveService.quoteDelimiters. */
function quote(field: string): string {
  return NEEDS_QUOTES.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function diskError(path: string, cause: unknown): QblError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new QblError('environment', `cannot write ${path}: ${reason}`, { cause });
}
