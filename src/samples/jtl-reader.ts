import { createReadStream } from 'node:fs';
import { QblError } from '../error.ts';
import { growingText } from './growing-file.ts';
import type { JtlHeader } from './jtl-header.ts';
import { fieldAt, parseJtlHeader, splitFields } from './jtl-header.ts';
import { RecordSplitter } from './jtl-records.ts';
import { isSuccessStatus } from './outcome.ts';
import type { Sample } from './sample.ts';

const CHUNK_BYTES = 256 * 1024;
/** Different texts that rows share instead of each holding on to the chunk it was cut from. */
const MAX_SHARED_TEXTS = 10_000;

/** A row of a JTL file; figures of absent columns are 0, `loop` is null without its column. */
export interface SampleRow
  extends Pick<
    Sample,
    | 'timeStampMs'
    | 'elapsedMs'
    | 'label'
    | 'responseCode'
    | 'responseMessage'
    | 'threadName'
    | 'success'
    | 'bytes'
    | 'sentBytes'
    | 'latencyMs'
    | 'connectMs'
  > {
  readonly loop: number | null;
}

export interface ReadJtlOptions {
  /** Only what tells the outcomes is read, and the other figures are 0. */
  readonly outcomesOnly?: boolean;
  /** Called when the file ends within a row: its writer was killed, and that row is not among the samples. */
  readonly onTorn?: () => void;
  /** The file is still written to, and perhaps not there yet: reading goes on until then. */
  readonly writerEnded?: AbortSignal;
}

/**
 * Reads a JTL file in chunks of rows, in the order of the file and in constant memory.
 * A last line without a line break is torn. Throws QblError('usage') with file and line for what is no JTL.
 */
export async function* readJtl(path: string, options: ReadJtlOptions = {}): AsyncGenerator<SampleRow[]> {
  const splitter = new RecordSplitter(path);
  const parser = new RowParser(path, options.outcomesOnly === true);
  for await (const chunk of textOf(path, options.writerEnded)) {
    const rows: SampleRow[] = [];
    splitter.push(chunk, (record, line) => parser.parse(record, line, rows));
    if (rows.length > 0) yield rows;
  }
  if (!parser.hasHeader) parser.parse(splitter.rest, splitter.line, []);
  else if (splitter.rest !== '') options.onTorn?.();
}

async function* textOf(path: string, writerEnded: AbortSignal | undefined): AsyncGenerator<string> {
  try {
    if (writerEnded !== undefined) yield* growingText(path, writerEnded);
    else yield* createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK_BYTES });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new QblError('usage', `cannot read ${path}: ${reason}`, { cause });
  }
}

class RowParser {
  readonly #path: string;
  readonly #outcomesOnly: boolean;
  readonly #texts = new Map<string, string>();
  #header: JtlHeader | null = null;

  constructor(path: string, outcomesOnly: boolean) {
    this.#path = path;
    this.#outcomesOnly = outcomesOnly;
  }

  get hasHeader(): boolean {
    return this.#header !== null;
  }

  /** The first record is the header; empty lines are skipped. */
  parse(record: string, line: number, rows: SampleRow[]): void {
    if (this.#header === null) this.#header = parseJtlHeader(record, this.#path);
    else if (record !== '') rows.push(this.#row(record, line, this.#header));
  }

  #row(record: string, line: number, header: JtlHeader): SampleRow {
    const fields = this.#fields(record, line, header);
    const number = (column: number): number => this.#number(fieldAt(fields, column), line);
    const figure = (column: number): number => (this.#outcomesOnly ? 0 : number(column));
    const text = (column: number): string => this.#shared(fieldAt(fields, column) ?? '');
    const responseCode = text(header.responseCode);
    const success = fieldAt(fields, header.success);
    const loop = fieldAt(fields, header.loop);
    return {
      timeStampMs: number(header.timeStamp),
      elapsedMs: figure(header.elapsed),
      label: text(header.label),
      responseCode,
      responseMessage: text(header.responseMessage),
      threadName: fieldAt(fields, header.threadName) ?? '',
      success: success === undefined ? isSuccessStatus(Number(responseCode)) : success === 'true',
      bytes: figure(header.bytes),
      sentBytes: figure(header.sentBytes),
      latencyMs: figure(header.latency),
      connectMs: figure(header.connect),
      loop: loop === undefined ? null : this.#number(loop, line),
    };
  }

  #fields(record: string, line: number, header: JtlHeader): string[] {
    let fields: string[];
    try {
      fields = splitFields(record, header.delimiter);
    } catch (cause) {
      throw this.#bad(line, cause instanceof Error ? cause.message : String(cause));
    }
    if (fields.length === header.columns) return fields;
    throw this.#bad(line, `${fields.length} columns where the header has ${header.columns}`);
  }

  #number(field: string | undefined, line: number): number {
    if (field === undefined) return 0;
    const value = Number(field);
    if (field !== '' && Number.isSafeInteger(value) && value >= 0) return value;
    throw this.#bad(line, `'${field.slice(0, 40)}' is no whole number`);
  }

  /** A piece cut from a chunk keeps the whole chunk in memory, so texts that recur are copied once. */
  #shared(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= MAX_SHARED_TEXTS) return text;
    const copy = Buffer.from(text).toString();
    this.#texts.set(copy, copy);
    return copy;
  }

  #bad(line: number, reason: string): QblError {
    return new QblError('usage', `${this.#path}:${line}: ${reason}`);
  }
}
