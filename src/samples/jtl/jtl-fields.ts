import { parse } from 'csv-parse/sync';

const QUOTE = 0x22;
const ZERO = 0x30;
/** Of 16 digits not all are safe integers. */
const MAX_DIGITS = 15;

/**
 * The fields of one record after the other, read where they stand in the bytes: of most of them no text is ever made.
 * Only quotes need a CSV parser, and few rows have one.
 */
export class RecordFields {
  readonly #delimiter: string;
  readonly #delimiterByte: number;
  #bytes: Buffer = Buffer.alloc(0);
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #count = 0;
  /** By column, the text that was asked for last: texts recur from row to row. */
  readonly #texts = new Map<number, Text>();

  /** @param delimiter one ASCII character */
  constructor(delimiter: string) {
    this.#delimiter = delimiter;
    this.#delimiterByte = delimiter.charCodeAt(0);
  }

  get count(): number {
    return this.#count;
  }

  /** @throws Error when a quote stands where none may */
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

  /** A whole number from 0 on, in whatever form; NaN: it is none. */
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

  /** For a column that has few different texts. */
  recurringText(column: number): string {
    const [start, end] = [this.#start(column), this.#end(column)];
    const last = this.#texts.get(column);
    if (last !== undefined && isSame(last.bytes, this.#bytes, start, end)) return last.text;
    const bytes = Buffer.from(this.#bytes.subarray(start, end));
    const text = bytes.toString('utf8');
    this.#texts.set(column, { bytes, text });
    return text;
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

interface Text {
  readonly bytes: Buffer;
  readonly text: string;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  return text !== '' && Number.isSafeInteger(value) && value >= 0 ? value : Number.NaN;
}

function isSame(text: Buffer, bytes: Buffer, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) if (text[i] !== bytes[start + i]) return false;
  return true;
}

/** The fields of a record that may have quotes. Throws Error when one stands where none may. */
export function parseFields(record: string, delimiter: string): string[] {
  const [fields = []] = parse(record, { delimiter, relax_column_count: true });
  return fields;
}
