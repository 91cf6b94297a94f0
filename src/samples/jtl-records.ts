import { QblError } from '../error.ts';

/** Characters of one record; a quote that is never closed would swallow the file. */
const MAX_RECORD_LENGTH = 1024 * 1024;

/** Cuts the text of a CSV file into records. A record goes on over line breaks while a quote is open. */
export class RecordSplitter {
  readonly #path: string;
  #rest = '';
  #line = 1;

  constructor(path: string) {
    this.#path = path;
  }

  /** What followed the last line break. */
  get rest(): string {
    return this.#rest;
  }

  /** Line of the next record, from 1. */
  get line(): number {
    return this.#line;
  }

  /** Calls `onRecord` with each complete record, without its line break, and the line it begins on. */
  push(chunk: string, onRecord: (record: string, line: number) => void): void {
    const text = this.#rest + chunk;
    const mayBeQuoted = text.includes('"');
    let start = 0;
    let lines = 0;
    let lineStart = 0;
    let inQuotes = false;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', lineStart)) {
      if (mayBeQuoted && hasOddQuotes(text, lineStart, end)) inQuotes = !inQuotes;
      lineStart = end + 1;
      lines += 1;
      if (inQuotes) continue;
      onRecord(text.slice(start, text[end - 1] === '\r' ? end - 1 : end), this.#line);
      this.#line += lines;
      lines = 0;
      start = lineStart;
    }
    this.#keep(text.slice(start));
  }

  #keep(rest: string): void {
    if (rest.length > MAX_RECORD_LENGTH) {
      throw new QblError(
        'usage',
        `${this.#path}:${this.#line}: a row of more than ${MAX_RECORD_LENGTH} characters`,
        {
          hint: 'A quote on this line may lack its closing quote.',
        },
      );
    }
    this.#rest = rest;
  }
}

function hasOddQuotes(text: string, start: number, end: number): boolean {
  let odd = false;
  for (let at = text.indexOf('"', start); at !== -1 && at < end; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}
