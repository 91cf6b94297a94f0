import { open } from 'node:fs/promises';
import { checkReadable } from '../../bounded-file.ts';
import { QblError } from '../../error.ts';
import { isSuccessStatus, OUTCOMES, type WrittenOutcome } from '../outcome.ts';
import type { Sample } from '../sample.ts';
import { growingFile } from './growing-file.ts';
import { RecordFields } from './jtl-fields.ts';
import { ABSENT, type JtlHeader, parseJtlHeader } from './jtl-header.ts';
import { type OnRecord, RecordSplitter } from './jtl-records.ts';
import { type MessagePlace, parsePlacedMessage } from './message-place.ts';

const CHUNK_BYTES = 256 * 1024;
/** The end of the year 9999. A timestamp in microseconds would be far later. */
const LAST_TIME_MS = Date.UTC(10_000, 0) - 1;

/**
 * A row of a JTL file. The numbers of missing columns are 0. `loop` is null if the column `loop` is missing.
 */
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
    | 'failureMessage'
    | 'bytes'
    | 'sentBytes'
    | 'latencyMs'
    | 'connectMs'
  > {
  readonly loop: number | null;
  /**
   * The outcome by the rules of the plan, or of a redirected message. Absent if the file has no column `outcome`, and shows
   * the response to the message.
   */
  readonly outcome?: WrittenOutcome;
  /** The hash of the content that was sent, in hexadecimal digits. Absent if the row has no hash. */
  readonly content?: string;
  /** The number of the request in its thread group, from 1. Absent if the row has no number. */
  readonly request?: number;
  /** The number of the thread group in the plan, from 1. Absent if the name of the thread shows the group. */
  readonly threadGroup?: number;
  /** The place of the message. Null if the row has no message. Absent if the file has no column for places. */
  readonly place?: MessagePlace | null;
}

export interface ReadJtlOptions {
  /** Reads only outcomes and times. All other numbers are 0. */
  readonly outcomesOnly?: boolean;
  /** Called if the file ends with an incomplete row because its writer was killed. That row is not returned. */
  readonly onTorn?: () => void;
  /** Reads a file that is still being written, or that does not exist yet, until this signal is aborted. */
  readonly writerEnded?: AbortSignal;
}

/**
 * Reads a JTL file in chunks of rows, in file order and constant memory. A last line without a line break is
 * incomplete. Throws QblError('usage') with file and line if the file is not a JTL file.
 */
export async function* readJtl(path: string, options: ReadJtlOptions = {}): AsyncGenerator<SampleRow[]> {
  const splitter = new RecordSplitter(path);
  const parser = new RowParser(path, options.outcomesOnly === true);
  let rows: SampleRow[] = [];
  // This function is created only once, not for each chunk. V8 optimises the loop over the records for the function
  // that the loop calls.
  const onRecord: OnRecord = (bytes, start, end, line) => parser.parse(bytes, start, end, line, rows);
  for await (const chunk of bytesOf(path, options.writerEnded)) {
    rows = [];
    splitter.push(chunk, onRecord);
    if (rows.length > 0) yield rows;
  }
  const { rest, line } = splitter;
  if (!parser.hasHeader) parser.parse(rest, 0, rest.length, line, []);
  else if (rest.length > 0) options.onTorn?.();
}

async function* bytesOf(path: string, writerEnded: AbortSignal | undefined): AsyncGenerator<Buffer> {
  try {
    if (writerEnded !== undefined) yield* growingFile(path, writerEnded);
    else yield* wholeFile(path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new QblError('usage', `cannot read ${path}: ${reason}`, { cause });
  }
}

async function* wholeFile(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  try {
    checkReadable(await file.stat(), path);
    yield* file.createReadStream({ highWaterMark: CHUNK_BYTES, autoClose: false });
  } finally {
    await file.close();
  }
}

interface Layout {
  readonly header: JtlHeader;
  readonly fields: RecordFields;
}

class RowParser {
  readonly #path: string;
  readonly #outcomesOnly: boolean;
  /** The columns of the file. Null until the header was read. */
  #layout: Layout | null = null;
  #line = 1;

  constructor(path: string, outcomesOnly: boolean) {
    this.#path = path;
    this.#outcomesOnly = outcomesOnly;
  }

  get hasHeader(): boolean {
    return this.#layout !== null;
  }

  /** The first record is the header; empty lines are skipped. */
  parse(bytes: Buffer, start: number, end: number, line: number, rows: SampleRow[]): void {
    this.#line = line;
    if (this.#layout === null) {
      const header = parseJtlHeader(bytes.toString('utf8', start, end), this.#path);
      this.#layout = { header, fields: new RecordFields(header.delimiter) };
    } else if (start < end) {
      this.#read(bytes, start, end, this.#layout);
      rows.push(this.#row(this.#layout));
    }
  }

  #read(bytes: Buffer, start: number, end: number, { header, fields }: Layout): void {
    try {
      fields.read(bytes, start, end);
    } catch (cause) {
      throw this.#bad(cause instanceof Error ? cause.message : String(cause));
    }
    const { columns } = header;
    if (fields.count !== columns)
      throw this.#bad(`this row has ${fields.count} columns, but the header has ${columns}`);
  }

  #row({ header, fields }: Layout): SampleRow {
    const responseCode = textOf(fields, header.responseCode);
    const timeStampMs = this.#number(fields, header.timeStamp);
    const elapsedMs = this.#time(fields, header.elapsed);
    if (timeStampMs + elapsedMs > LAST_TIME_MS) {
      throw this.#bad(
        `timeStamp "${timeStampMs}" and elapsed "${elapsedMs}" end after the year 9999: expected milliseconds since 1970`,
      );
    }
    const row = {
      timeStampMs,
      elapsedMs,
      label: textOf(fields, header.label),
      responseCode,
      responseMessage: textOf(fields, header.responseMessage),
      threadName: fields.text(header.threadName),
      success:
        header.success === ABSENT
          ? isSuccessStatus(Number(responseCode))
          : // Ignores upper and lower case, as JMeter does (Java's Boolean.parseBoolean): a spreadsheet writes TRUE.
            textOf(fields, header.success).toLowerCase() === 'true',
      failureMessage: textOf(fields, header.failureMessage),
      bytes: this.#figure(fields, header.bytes),
      sentBytes: this.#figure(fields, header.sentBytes),
      latencyMs: this.#figure(fields, header.latency),
      connectMs: this.#figure(fields, header.connect),
      // Beside a column for places, a column `loop` is a variable of the user's test plan.
      loop: header.loop === ABSENT || header.place !== ABSENT ? null : this.#number(fields, header.loop),
    };
    if (header.place !== ABSENT)
      return { ...row, ...this.#placed(fields, header.place, row.responseMessage) };
    const { outcome, content, request, threadGroup } = header.optional;
    if (Object.values(header.optional).every((column) => column === ABSENT)) return row;
    const hash = content === ABSENT ? '' : fields.text(content);
    const number = request === ABSENT ? Number.NaN : fields.number(request);
    const group = threadGroup === ABSENT ? Number.NaN : fields.number(threadGroup);
    return {
      ...row,
      ...(outcome === ABSENT ? {} : { outcome: writtenOutcome(textOf(fields, outcome)) }),
      ...(CONTENT_HASH.test(hash) ? { content: hash } : {}),
      ...(Number.isNaN(number) ? this.#unnumbered(fields, request) : { request: number }),
      ...(Number.isNaN(group) ? {} : { threadGroup: group }),
    };
  }

  /** What the column for places says. The loop of a row without a message is 0. */
  #placed(
    fields: RecordFields,
    column: number,
    responseMessage: string,
  ): Pick<SampleRow, 'loop' | 'place' | 'outcome'> {
    const text = fields.text(column);
    if (text === NO_PLACE || isTransaction({ responseMessage })) return { loop: 0, place: null };
    const placed = parsePlacedMessage(text);
    if (placed === null) throw this.#bad(`'${text.slice(0, 40)}' is not the place of a message`);
    const { place, isRedirected } = placed;
    return { loop: place.loop, place, ...(isRedirected ? { outcome: 'indeterminate' } : {}) };
  }

  /** Only the sample of a transaction has an empty column for requests. */
  #unnumbered(fields: RecordFields, column: number): Pick<SampleRow, 'place'> {
    return column !== ABSENT && fields.text(column) === '' ? { place: null } : {};
  }

  #time(fields: RecordFields, column: number): number {
    return column === ABSENT ? 0 : this.#number(fields, column);
  }

  #figure(fields: RecordFields, column: number): number {
    return this.#outcomesOnly ? 0 : this.#time(fields, column);
  }

  #number(fields: RecordFields, column: number): number {
    const value = fields.number(column);
    if (!Number.isNaN(value)) return value;
    throw this.#bad(`'${fields.text(column).slice(0, 40)}' is not a whole number`);
  }

  #bad(reason: string): QblError {
    return new QblError('usage', `${this.#path}:${this.#line}: ${reason}`);
  }
}

function textOf(fields: RecordFields, column: number): string {
  return column === ABSENT ? '' : fields.recurringText(column);
}

/** JMeter writes a sample variable without a value as this text. */
const NO_PLACE = 'null';
/**
 * The message of the row that JMeter adds for a transaction. JMeter gives this row to the listeners of the last request in
 * the transaction, with the variables of that request. Source: TransactionController.java, isFromTransactionController.
 */
export const TRANSACTION = 'Number of samples in transaction : ';

/** Whether a row is the sample of a transaction. Such a row is no request, so it has no outcome. */
export function isTransaction({ responseMessage }: Pick<SampleRow, 'responseMessage'>): boolean {
  return responseMessage.startsWith(TRANSACTION);
}

const CONTENT_HASH = /^[0-9a-f]{32}$/;

function writtenOutcome(text: string): WrittenOutcome {
  return OUTCOMES.find((outcome) => outcome === text) ?? 'unreadable';
}
