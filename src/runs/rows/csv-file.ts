import type { FileHandle } from 'node:fs/promises';
import { diskError } from '../../files/buffered-file.ts';
import { appendPrivate } from '../../private-file.ts';
import { endTornLine } from './torn-line.ts';

/**
 * Opens a CSV file to append rows. If a killed writer left an incomplete last row, new rows start on the next line.
 * @throws QblError 'environment' if the file cannot be opened
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

/**
 * Writes rows in the order of the calls. While a write is in progress, further rows are collected for the next write.
 */
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
   * Adds a row. Resolves when the operating system has the row, so that it is not lost if this process is killed.
   * Callers wait for the promise, to limit the number of pending rows.
   * @throws QblError 'environment' if the row cannot be written
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

  /**
   * Starts the next write when the present one has ended. The next write contains all rows that were added
   * until then.
   */
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
