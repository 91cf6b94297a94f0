import type { FileHandle } from 'node:fs/promises';
import { QblError } from '../../error.ts';
import { createPrivate } from '../../private-file.ts';
import type { Sample } from '../sample.ts';
import { jtlHeader, OPTIONAL_COLUMNS, type OptionalColumn } from './jtl-columns.ts';

/** How long a row may wait in memory. A killed process may lose twice this time. */
const FLUSH_AFTER_MS = 500;
/** With this many pending characters, write now and do not wait for the timer. */
const FLUSH_LENGTH = 256 * 1024;
/** With this many pending characters, `write` asks its caller to wait. */
const MAX_PENDING_LENGTH = 8 * 1024 * 1024;

const NEEDS_QUOTES = /[",\r\n]/;

/** The field of a sample in each optional column. */
const OPTIONAL_FIELDS: Readonly<Record<OptionalColumn, (sample: Sample) => string>> = {
  outcome: ({ outcome }) => outcome ?? '',
  content: ({ content }) => content ?? '',
};

/**
 * Creates the file `path` and writes the header. Refuses an existing file, to which JMeter would append.
 * @param optional the optional columns that the file has
 */
export async function openJtl(path: string, optional: readonly OptionalColumn[] = []): Promise<JtlWriter> {
  try {
    const file = await createPrivate(path);
    await file.writeFile(`${jtlHeader(optional)}\n`);
    return new JtlWriter(file, path, optional);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
      throw new QblError('usage', `${path} already exists`, {
        hint: 'Choose another file name: qbl never appends samples to a file.',
      });
    }
    throw diskError(path, cause);
  }
}

/** Writes samples as JMeter's CSV. Each row reaches the operating system within one second. */
export class JtlWriter {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #optional: readonly OptionalColumn[];
  #pending = '';
  #timer: NodeJS.Timeout | null = null;
  #flushing: Promise<void> | null = null;
  #failure: QblError | null = null;

  constructor(file: FileHandle, path: string, optional: readonly OptionalColumn[] = []) {
    this.#file = file;
    this.path = path;
    this.#optional = OPTIONAL_COLUMNS.filter((column) => optional.includes(column));
  }

  /** Adds a sample. Returns false if the caller must await `drained()` before the next one. */
  write(sample: Sample): boolean {
    if (this.#failure !== null) return false;
    this.#pending += this.#optional.length === 0 ? jtlRow(sample) : longRow(sample, this.#optional);
    if (this.#pending.length >= FLUSH_LENGTH) this.#flush();
    else this.#timer ??= setTimeout(() => this.#flush(), FLUSH_AFTER_MS);
    return this.#pending.length < MAX_PENDING_LENGTH;
  }

  /** Resolves when there is room again. Rejects with QblError('environment') if the disk failed. */
  async drained(): Promise<void> {
    while (this.#failure === null && this.#pending.length >= FLUSH_LENGTH) await this.#flush();
    if (this.#failure !== null) throw this.#failure;
  }

  /** Writes the remaining rows and closes the file. Rejects with QblError('environment') if the disk failed. */
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

  /** Writes until nothing is pending. A row that arrives during a write need not wait for the next timer. */
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

/** One row with its line break. `join` makes a flat string, which costs half as much as a template's rope. */
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

/** One row of a file with these optional columns, in the order of OPTIONAL_COLUMNS. */
function longRow(sample: Sample, optional: readonly OptionalColumn[]): string {
  const fields = optional.map((column) => quote(OPTIONAL_FIELDS[column](sample)));
  return `${jtlRow(sample).slice(0, -1)},${fields.join(',')}\n`;
}

/** Quotes a field only where a reader needs it, as JMeter does. Source: CSVSaveService.quoteDelimiters. */
function quote(field: string): string {
  return NEEDS_QUOTES.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

function diskError(path: string, cause: unknown): QblError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new QblError('environment', `cannot write ${path}: ${reason}`, { cause });
}
