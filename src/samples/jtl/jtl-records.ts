import { QblError } from '../../error.ts';

/**
 * Maximum size of a record. Without it, a quote that is never closed would make the whole file one record.
 */
const MAX_RECORD_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const NOTHING = Buffer.alloc(0);

/** Receives one record: its bytes from `start` to `end`, without the line break, and its first line number. */
export type OnRecord = (bytes: Buffer, start: number, end: number, line: number) => void;

/**
 * Splits the bytes of a CSV file into records. The separators are ASCII, and UTF-8 never uses ASCII bytes within
 * another character. Inside open quotes, a record continues over line breaks.
 */
export class RecordSplitter {
  readonly #path: string;
  #rest: Buffer = NOTHING;
  #line = 1;

  constructor(path: string) {
    this.#path = path;
  }

  /** The bytes after the last line break. */
  get rest(): Buffer {
    return this.#rest;
  }

  /** Line number of the next record, starting at 1. */
  get line(): number {
    return this.#line;
  }

  /** Calls `onRecord` with each complete record. The caller may reuse the chunk afterwards. */
  push(chunk: Buffer, onRecord: OnRecord): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const mayBeQuoted = bytes.includes(QUOTE);
    let start = 0;
    let lines = 0;
    let lineStart = 0;
    let inQuotes = false;
    for (let end = bytes.indexOf(LINE_FEED); end !== -1; end = bytes.indexOf(LINE_FEED, lineStart)) {
      if (mayBeQuoted && hasOddQuotes(bytes, lineStart, end)) inQuotes = !inQuotes;
      lineStart = end + 1;
      lines += 1;
      if (inQuotes) continue;
      onRecord(bytes, start, bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : end, this.#line);
      this.#line += lines;
      lines = 0;
      start = lineStart;
    }
    this.#keep(Buffer.from(bytes.subarray(start)));
  }

  #keep(rest: Buffer): void {
    if (rest.length > MAX_RECORD_BYTES) {
      throw new QblError(
        'usage',
        `${this.#path}:${this.#line}: the row is longer than ${MAX_RECORD_BYTES} bytes`,
        {
          hint: 'A quote on this line may lack its closing quote, or the lines may end with carriage returns only.',
        },
      );
    }
    this.#rest = rest;
  }
}

function hasOddQuotes(bytes: Buffer, start: number, end: number): boolean {
  let odd = false;
  for (let at = start; at < end; at++) if (bytes[at] === QUOTE) odd = !odd;
  return odd;
}
