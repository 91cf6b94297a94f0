import { QblError } from '../../error.ts';
import { BufferedFile, diskError } from '../../files/buffered-file.ts';
import { createPrivate } from '../../private-file.ts';
import type { Sample } from '../sample.ts';
import { jtlHeader, OPTIONAL_COLUMNS, type OptionalColumn } from './jtl-columns.ts';

const NEEDS_QUOTES = /[",\r\n]/;

/** For each optional column, returns the text of a sample in this column. */
const OPTIONAL_FIELDS: Readonly<Record<OptionalColumn, (sample: Sample) => string>> = {
  outcome: ({ outcome }) => outcome ?? '',
  content: ({ content }) => content ?? '',
  request: ({ request }) => String(request ?? ''),
  threadGroup: ({ threadGroup }) => String(threadGroup ?? ''),
};

/**
 * Creates the file `path` and writes the header. Refuses an existing file, because JMeter would append rows to it.
 * @param optional the optional columns that the file has
 */
export async function openJtl(path: string, optional: readonly OptionalColumn[] = []): Promise<JtlWriter> {
  try {
    const file = await createPrivate(path);
    await file.writeFile(`${jtlHeader(optional)}\n`);
    return new JtlWriter(new BufferedFile(file, path), optional);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
      throw new QblError('usage', `${path} already exists`, {
        hint: 'Choose another file name: qbl never appends samples to a file.',
      });
    }
    throw diskError(path, cause);
  }
}

export class JtlWriter {
  readonly #file: BufferedFile;
  readonly #optional: readonly OptionalColumn[];

  constructor(file: BufferedFile, optional: readonly OptionalColumn[] = []) {
    this.#file = file;
    this.#optional = OPTIONAL_COLUMNS.filter((column) => optional.includes(column));
  }

  get path(): string {
    return this.#file.path;
  }

  /** Adds a sample. Returns false if the caller must await `drained()` before the next one. */
  write(sample: Sample): boolean {
    return this.#file.add(this.#optional.length === 0 ? jtlRow(sample) : longRow(sample, this.#optional));
  }

  /** Resolves when the buffer has room for another sample. Rejects with QblError('environment') if the disk failed. */
  drained(): Promise<void> {
    return this.#file.drained();
  }

  /** Writes the remaining rows and closes the file. Rejects with QblError('environment') if the disk failed. */
  close(): Promise<void> {
    return this.#file.close();
  }
}

/**
 * Returns one row with its line break. `join` makes a flat string. A template literal would make a linked
 * string, which costs twice as much.
 */
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

/** Returns one row of a file with these optional columns, in the order of OPTIONAL_COLUMNS. */
function longRow(sample: Sample, optional: readonly OptionalColumn[]): string {
  const fields = optional.map((column) => quote(OPTIONAL_FIELDS[column](sample)));
  return `${jtlRow(sample).slice(0, -1)},${fields.join(',')}\n`;
}

/**
 * Quotes a field only if a reader needs the quotes. JMeter does the same. Source:
 * CSVSaveService.quoteDelimiters.
 */
function quote(field: string): string {
  return NEEDS_QUOTES.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
