import { createReadStream } from 'node:fs';
import { QblError } from '../../error.ts';
import { isIdentity } from '../../message/claim.ts';
import { type Identity, isRunId } from '../../message/identity.ts';
import type { ReceivedCondition } from '../../message/reading/claim-of.ts';
import { RecordSplitter } from '../../samples/jtl/jtl-records.ts';
import { RECEIPT_OUTCOMES, RECEIPTS_HEADER, type ReceiptOutcome } from './receipts-csv.ts';

const CHUNK_BYTES = 256 * 1024;

/** Of a receipt, what tells what became of a message. */
export interface ReceiptRow {
  /** Null: the message said nothing that could be a message of a run. */
  readonly identity: Identity | null;
  /** Null: nothing proves when it was sent. */
  readonly sentAtMs: number | null;
  readonly outcome: ReceiptOutcome;
  readonly condition: ReceivedCondition;
}

/**
 * Reads the receipts of a run in chunks of rows, in constant memory; none where the file is not there. A service that
 * was killed within a row leaves it torn, at the end of the file or, where another one went on, within it.
 * @param onTorn called for each torn row: it is not among the receipts
 * @throws QblError 'usage' with file and line for what is no receipts file
 */
export async function* readReceipts(path: string, onTorn: () => void): AsyncGenerator<ReceiptRow[]> {
  const splitter = new RecordSplitter(path);
  const parser = new RowParser(path, onTorn);
  for await (const chunk of bytesOf(path)) {
    const rows: ReceiptRow[] = [];
    splitter.push(chunk, (bytes, start, end, line) =>
      parser.parse(bytes.toString('utf8', start, end), line, rows),
    );
    if (rows.length > 0) yield rows;
  }
  // What would be whole if another service went on after it is whole.
  const rows: ReceiptRow[] = [];
  if (splitter.rest.length > 0) parser.parse(splitter.rest.toString('utf8'), splitter.line, rows);
  if (rows.length > 0) yield rows;
}

async function* bytesOf(path: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(path, { highWaterMark: CHUNK_BYTES });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw new QblError('usage', `cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}

class RowParser {
  readonly #path: string;
  readonly #onTorn: () => void;

  constructor(path: string, onTorn: () => void) {
    this.#path = path;
    this.#onTorn = onTorn;
  }

  parse(record: string, line: number, rows: ReceiptRow[]): void {
    if (line === 1) this.#readHeader(record);
    else this.#readRow(record.split(','), line, rows);
  }

  #readRow(cells: readonly string[], line: number, rows: ReceiptRow[]): void {
    const row = rowOf(cells);
    if (row !== null) rows.push(row);
    else if (isTorn(cells)) this.#onTorn();
    else throw new QblError('usage', `${this.#path}:${line}: no receipt of a service`);
  }

  #readHeader(record: string): void {
    if (record === RECEIPTS_HEADER) return;
    if (!RECEIPTS_HEADER.startsWith(record)) {
      throw new QblError('usage', `${this.#path} is no receipts file of a service`);
    }
    this.#onTorn();
  }
}

/** The receipt in a row; null when a cell is missing or wrong. */
function rowOf(cells: readonly string[]): ReceiptRow | null {
  if (cells.length !== COLUMNS.length || !cells.every((cell, column) => COLUMNS[column]?.test(cell)))
    return null;
  const identity = identityOf(cells);
  const outcome = RECEIPT_OUTCOMES.find((name) => name === cells[OUTCOME]);
  const condition = CONDITIONS.find((name) => name === cells[CONDITION]);
  if (identity === 'wrong' || outcome === undefined || condition === undefined) return null;
  const sentAt = cells[SENT_AT] ?? '';
  return { identity, sentAtMs: sentAt === '' ? null : Number(sentAt), outcome, condition };
}

function identityOf([run = '', ...numbers]: readonly string[]): Identity | null | 'wrong' {
  const [group, thread, loop, request] = numbers
    .slice(0, 4)
    .map((cell) => (cell === '' ? null : Number(cell)));
  if (run === '' && [group, thread, loop, request].every((number) => number === null)) return null;
  const identity = { run, group, thread, loop, request };
  return isRunId(run) && isIdentity(identity) ? identity : 'wrong';
}

/** Whether the row can be the beginning of a receipt: all but the last cell are whole, and that one may be cut. */
function isTorn(cells: readonly string[]): boolean {
  const last = cells.length - 1;
  if (last >= COLUMNS.length || !cells.slice(0, last).every((cell, column) => COLUMNS[column]?.test(cell)))
    return false;
  const cut = cells[last] ?? '';
  if (last === OUTCOME) return RECEIPT_OUTCOMES.some((name) => name.startsWith(cut));
  if (last === CONDITION) return CONDITIONS.some((name) => name.startsWith(cut) && name !== cut);
  return cut === '' || (COLUMNS[last]?.test(cut.replace(/\.$/, '')) ?? false);
}

const CONDITIONS: readonly ReceivedCondition[] = ['intact', 'unproven', 'foreign'];
const INDEX = /^\d{0,10}$/;
const COUNT = /^\d{1,16}$/;
const SENT_TIME = /^(\d{1,16}(\.\d{1,3})?)?$/;
const TIME = /^\d{1,16}(\.\d{1,3})?$/;
const COLUMNS = [
  /^[A-Za-z0-9._-]{0,64}$/,
  ...[INDEX, INDEX, INDEX, INDEX],
  SENT_TIME,
  ...[COUNT, COUNT],
  ...[TIME, TIME, TIME],
  /^(processed|failed|dead-lettered)$/,
  /^(intact|unproven|foreign)$/,
];
const SENT_AT = 5;
const OUTCOME = 11;
const CONDITION = 12;
