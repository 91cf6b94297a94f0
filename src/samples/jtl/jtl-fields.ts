import { parse } from 'csv-parse/sync';
import { RecurringText } from '../../message/bytes/recurring-text.ts';

const QUOTE = 0x22;
const ZERO = 0x30;
/**
 * Maximum number of digits that are parsed quickly. A number of 16 digits can be larger than JavaScript
 * represents exactly.
 */
const MAX_DIGITS = 15;

/**
 * Reads the fields of one record at a time, directly from the bytes. Most fields are never decoded to text. Only rows
 * with quotes need a CSV parser, and few rows have quotes.
 */
export class RecordFields {
  readonly #delimiter: string;
  readonly #delimiterByte: number;
  #bytes: Buffer = Buffer.alloc(0);
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #count = 0;
  /** The decoder of each column. It keeps the last text of its column, because texts repeat from row to row. */
  readonly #texts: RecurringText[] = [];

  /**
   * Creates a reader of records.
   * @param delimiter one ASCII character
   */
  constructor(delimiter: string) {
    this.#delimiter = delimiter;
    this.#delimiterByte = delimiter.charCodeAt(0);
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Reads one record.
   * @throws Error if a quote is in the wrong place
   */
  read(bytes: Buffer, start: number, end: number): void {
    this.#begin(bytes);
    let fieldStart = start;
    for (let at = start; at < end; at++) {
      const byte = bytes[at];
      if (byte === QUOTE) {
        this.#readQuoted(parseFields(bytes.toString('utf8', start, end), this.#delimiter));
        return;
      }
      if (byte !== this.#delimiterByte) continue;
      this.#add(fieldStart, at);
      fieldStart = at + 1;
    }
    this.#add(fieldStart, end);
  }

  /** Reads a whole number of 0 or more, in any notation. NaN if the field is not one. */
  number(column: number): number {
    const [start, end] = [this.#start(column), this.#end(column)];
    if (start === end || end - start > MAX_DIGITS) return wholeNumber(this.text(column));
    let value = 0;
    for (let at = start; at < end; at++) {
      const digit = (this.#bytes[at] ?? 0) - ZERO;
      if (digit < 0 || digit > 9) return wholeNumber(this.text(column));
      value = value * 10 + digit;
    }
    return value;
  }

  text(column: number): string {
    return this.#bytes.toString('utf8', this.#start(column), this.#end(column));
  }

  /** Reads a text. For a column with few different texts, this function is faster than `text`. */
  recurringText(column: number): string {
    const text = this.#texts[column] ?? new RecurringText();
    this.#texts[column] = text;
    return text.of(this.#bytes, this.#start(column), this.#end(column));
  }

  #readQuoted(fields: readonly string[]): void {
    this.#begin(Buffer.from(fields.join('')));
    let start = 0;
    for (const field of fields) {
      const end = start + Buffer.byteLength(field);
      this.#add(start, end);
      start = end;
    }
  }

  #begin(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#count = 0;
  }

  #add(start: number, end: number): void {
    this.#starts[this.#count] = start;
    this.#ends[this.#count] = end;
    this.#count++;
  }

  #start(column: number): number {
    return this.#starts[column] ?? 0;
  }

  #end(column: number): number {
    return this.#ends[column] ?? 0;
  }
}

function wholeNumber(text: string): number {
  const value = Number(text);
  return text !== '' && Number.isSafeInteger(value) && value >= 0 ? value : Number.NaN;
}

/** Parses the fields of a record that may have quotes. Throws Error if a quote is in the wrong place. */
export function parseFields(record: string, delimiter: string): string[] {
  const [fields = []] = parse(record, { delimiter, relax_column_count: true });
  return fields;
}
