import { existsSync, readSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { formatCount } from '../../count.ts';
import { QblError, reasonOf } from '../../error.ts';
import { withRegularFile } from '../../files/regular-file.ts';
import { decoderOf } from '../language/java-encoding.ts';
import { type Characters, readRecord } from './csv-record.ts';
import type { CsvSource } from './source.ts';

/** Bytes that are in memory at a time. Each thread can read the file at a position of its own, so they are few. */
const CHUNK_BYTES = 8192;
/** Maximum length of a line or record. A file without line ends would otherwise fill the memory. */
const MAX_LENGTH = 1024 ** 2;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');
const LINE_END = /[\r\n]/g;

/** Where a file is, and how its bytes are read. */
export type CsvPlace = Pick<CsvSource, 'file' | 'folder' | 'encoding'>;

/**
 * Reads a file line by line. Reads the file in small parts, and never keeps it open.
 * All methods throw QblError('usage') if the file cannot be read, or has a line that is too long.
 */
export class CsvFile implements Characters {
  readonly #path: string;
  readonly #decode: (bytes: Buffer) => string;
  #bytesRead = 0;
  #text = '';
  #at = 0;
  #skipsLineFeed = false;
  #length = 0;

  constructor({ file, folder, encoding }: CsvPlace) {
    this.#path = isAbsolute(file) || existsSync(file) ? file : join(folder, file);
    this.#decode = decoderOf(encoding);
    this.#readChunk();
  }

  /** True at the end of the file. */
  get ended(): boolean {
    return !this.#hasMore();
  }

  /** Returns the next line, without its end. Null at the end of the file. */
  readLine(): string | null {
    if (!this.#hasMore()) return null;
    this.#length = 0;
    let line = '';
    while (this.#hasMore()) {
      LINE_END.lastIndex = this.#at;
      const end = LINE_END.exec(this.#text)?.index ?? this.#text.length;
      line += this.#text.slice(this.#at, end);
      this.#count(end - this.#at);
      this.#at = end;
      if (end === this.#text.length) continue;
      this.#at++;
      if (this.#text[end] === '\r') this.skipLineFeed();
      break;
    }
    return line;
  }

  /**
   * Returns the next record with quoted values. Without values at the end of the file.
   * @throws CsvQuoteError if the quotes of the record are wrong
   */
  readRecord(delimiter: string): string[] {
    this.#length = 0;
    return readRecord(this, delimiter);
  }

  next(): string {
    if (!this.#hasMore()) return '';
    this.#count(1);
    return this.#text[this.#at++] ?? '';
  }

  skipLineFeed(): void {
    this.#skipsLineFeed = true;
  }

  #hasMore(): boolean {
    while (this.#at < this.#text.length || this.#readChunk()) {
      if (this.#at === this.#text.length) continue;
      if (this.#skipsLineFeed && this.#text[this.#at] === '\n') this.#at++;
      const isPassed = this.#at === this.#text.length;
      this.#skipsLineFeed = false;
      if (!isPassed) return true;
    }
    return false;
  }

  #count(characters: number): void {
    this.#length += characters;
    if (this.#length > MAX_LENGTH)
      throw unreadable(this.#path, `it has a line with more than ${formatCount(MAX_LENGTH)} characters`);
  }

  /** Replaces the text by the next part of the file. Returns false at the end of the file. */
  #readChunk(): boolean {
    const bytes = this.#nextBytes();
    this.#text = this.#decode(bytes);
    this.#at = 0;
    return bytes.length > 0 || this.#text !== '';
  }

  #nextBytes(): Buffer {
    try {
      const buffer = Buffer.alloc(CHUNK_BYTES);
      const length = withRegularFile(this.#path, (descriptor) =>
        readSync(descriptor, buffer, 0, CHUNK_BYTES, this.#bytesRead),
      );
      const bytes = buffer.subarray(0, length);
      const isMarked = this.#bytesRead === 0 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK);
      this.#bytesRead += length;
      return isMarked ? bytes.subarray(3) : bytes;
    } catch (cause) {
      throw unreadable(this.#path, reasonOf(cause), cause);
    }
  }
}

function unreadable(path: string, reason: string, cause?: unknown): QblError {
  return new QblError('usage', `cannot read the file "${path}" of a CSV Data Set: ${reason}`, {
    hint: 'qbl looks for the file in the working folder, and then in the folder of the .jmx file.',
    cause,
  });
}
