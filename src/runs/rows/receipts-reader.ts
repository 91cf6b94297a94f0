import { QblError } from '../../error.ts';
import { isIdentity } from '../../message/claim.ts';
import { type Identity, isRunId } from '../../message/identity.ts';
import type { ReceivedCondition } from '../../message/reading/claim-of.ts';
import { RecordSplitter } from '../../samples/jtl/jtl-records.ts';
import { bytesIfThere } from '../regular-file.ts';
import { RECEIPT_OUTCOMES, RECEIPTS_HEADER, type ReceiptOutcome } from './receipts-csv.ts';

export interface ReceiptFacts {
  /** The identity of the message. Null if it is not one that a run could have sent. */
  readonly identity: Identity | null;
  /** The send time of the message. Null if it is not known, or if no checksum confirms it. */
  readonly sentAtMs: number | null;
  readonly outcome: ReceiptOutcome;
  readonly condition: ReceivedCondition;
}

export interface ReceiptRow extends ReceiptFacts {
  /** The start of the attempt, in epoch milliseconds of the service's clock. */
  readonly startedAtMs: number;
  /** The end of the attempt, in epoch milliseconds of the service's clock. */
  readonly finishedAtMs: number;
}

/**
 * Reads the receipts of a run, some rows at a time. Yields no receipts if the file is missing. A killed service can
 * leave an incomplete row, at the end of the file or before the rows of a later service.
 * @param onTorn called for each incomplete row, which is left out
 * @throws QblError 'usage' with file and line if the file is not a receipts file
 */
export async function* readReceipts(path: string, onTorn: () => void): AsyncGenerator<ReceiptRow[]> {
  const splitter = new RecordSplitter(path);
  const parser = new RowParser(path, onTorn);
  for await (const chunk of bytesIfThere(path)) {
    const rows: ReceiptRow[] = [];
    splitter.push(chunk, (bytes, start, end, line) =>
      parser.parse(bytes.toString('utf8', start, end), line, rows),
    );
    if (rows.length > 0) yield rows;
  }
  // The text after the last line break can be a row, too. If it has all its cells, it is complete.
  const rows: ReceiptRow[] = [];
  if (splitter.rest.length > 0) parser.parse(splitter.rest.toString('utf8'), splitter.line, rows);
  if (rows.length > 0) yield rows;
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
    else throw new QblError('usage', `${this.#path}:${line}: the row is not a receipt of qbl consume`);
  }

  #readHeader(record: string): void {
    if (record === RECEIPTS_HEADER) return;
    if (!RECEIPTS_HEADER.startsWith(record)) {
      throw new QblError('usage', `${this.#path} is not a receipts file of qbl consume`);
    }
    this.#onTorn();
  }
}

/** Parses a row. Returns null if a cell is missing or invalid. */
function rowOf(cells: readonly string[]): ReceiptRow | null {
  if (cells.length !== COLUMNS.length || !cells.every((cell, column) => COLUMNS[column]?.test(cell)))
    return null;
  const identity = identityOf(cells);
  const outcome = RECEIPT_OUTCOMES.find((name) => name === cells[OUTCOME]);
  const condition = CONDITIONS.find((name) => name === cells[CONDITION]);
  if (identity === 'wrong' || outcome === undefined || condition === undefined) return null;
  const sentAt = cells[SENT_AT] ?? '';
  const sentAtMs = sentAt === '' ? null : Number(sentAt);
  const [startedAtMs, finishedAtMs] = [Number(cells[STARTED]), Number(cells[FINISHED])];
  return { identity, sentAtMs, startedAtMs, finishedAtMs, outcome, condition };
}

function identityOf([run = '', ...numbers]: readonly string[]): Identity | null | 'wrong' {
  const [group, thread, loop, request] = numbers
    .slice(0, 4)
    .map((cell) => (cell === '' ? null : Number(cell)));
  if (run === '' && [group, thread, loop, request].every((number) => number === null)) return null;
  const identity = { run, group, thread, loop, request };
  return isRunId(run) && isIdentity(identity) ? identity : 'wrong';
}

/** Whether the row can be the beginning of a receipt: every cell but the last one is valid. */
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
const STARTED = 9;
const FINISHED = 10;
const OUTCOME = 11;
const CONDITION = 12;
