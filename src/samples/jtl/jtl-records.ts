import { QblError } from '../../error.ts';

/** A quote that is never closed would swallow the file. */
const MAX_RECORD_BYTES = 1024 * 1024;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const QUOTE = 0x22;
const NOTHING = Buffer.alloc(0);

/** Takes one record, which stands without its line break from `start` to `end`, and the line it begins on. */
export type OnRecord = (bytes: Buffer, start: number, end: number, line: number) => void;

/**
 * Cuts the bytes of a CSV file into records: what cuts it up is ASCII, and in UTF-8 no byte of another character is.
 * A record goes on over line breaks while a quote is open.
 */
export class RecordSplitter {
  readonly #path: string;
  #rest: Buffer = NOTHING;
  #line = 1;

  constructor(path: string) {
    this.#path = path;
  }

  /** What followed the last line break. */
  get rest(): Buffer {
    return this.#rest;
  }

  /** Line of the next record, from 1. */
  get line(): number {
    return this.#line;
  }

  /** Calls `onRecord` with each complete record. The chunk is free afterwards. */
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
        `${this.#path}:${this.#line}: a row of more than ${MAX_RECORD_BYTES} bytes`,
        {
          hint: 'A quote on this line may lack its closing quote, or the lines may end in carriage returns alone.',
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
