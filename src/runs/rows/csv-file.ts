import type { FileHandle } from 'node:fs/promises';
import { QblError } from '../../error.ts';
import { appendPrivate } from '../../private-file.ts';
import { endTornLine } from './torn-line.ts';

/**
 * Opens a CSV file for appending rows. If a killed writer left an incomplete last row, new rows start on the next
 * line.
 * @throws QblError 'environment' when it cannot be opened
 */
export async function openCsv(path: string, header: string): Promise<CsvFile> {
  try {
    const file = await appendPrivate(path);
    const { size } = await file.stat();
    if (size === 0) await file.appendFile(`${header}\n`);
    else await endTornLine(file);
    return new CsvFile(file, path);
  } catch (cause) {
    throw diskError(path, cause);
  }
}

/** Writes rows in the order of the calls. If rows come faster than the disk, several rows share one write. */
export class CsvFile {
  readonly #file: FileHandle;
  readonly #path: string;
  #pending = '';
  #writing: Promise<void> | null = null;
  #next: Promise<void> | null = null;

  constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /**
   * Resolves when the operating system has the row, so that the row survives a kill of this process. Callers await
   * this to limit the number of pending rows.
   * @throws QblError 'environment' when it cannot be written
   */
  append(row: readonly (string | number)[]): Promise<void> {
    this.#pending += `${row.join(',')}\n`;
    this.#next ??= this.#afterThis();
    return this.#next;
  }

  async close(): Promise<void> {
    await this.#next?.catch(() => {});
    await this.#writing?.catch(() => {});
    await this.#file.close();
  }

  /** The next write includes all rows that are added before it begins. */
  async #afterThis(): Promise<void> {
    await this.#writing?.catch(() => {});
    this.#next = null;
    this.#writing = this.#write();
    return this.#writing;
  }

  async #write(): Promise<void> {
    const rows = this.#pending;
    this.#pending = '';
    try {
      await this.#file.appendFile(rows);
    } catch (cause) {
      throw diskError(this.#path, cause);
    }
  }
}

function diskError(path: string, cause: unknown): QblError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new QblError('environment', `cannot write ${path}: ${reason}`, { cause });
}
