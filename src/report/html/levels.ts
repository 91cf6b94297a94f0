import { createReadStream } from 'node:fs';
import { QblError } from '../../error.ts';
import { RecordSplitter } from '../../samples/jtl-records.ts';

const COLUMNS = ['at', 'processed', 'backlog', 'oldestAge'] as const;

/** How the services of a run stood at one time. Null: the queue did not answer. */
export interface Level {
  /** Since the run's start. */
  readonly ms: number;
  readonly arrived: number | null;
  readonly processed: number;
  readonly backlog: number | null;
  readonly oldestAgeMs: number | null;
}

/**
 * The rows of timeline.csv. A writer that was killed leaves half a row behind, which is left out.
 * @throws QblError 'usage' when it has not the columns, or a whole row has something else than figures
 */
export async function* levelsOf(file: string, startMs: number): AsyncGenerator<Level> {
  const splitter = new RecordSplitter(file);
  const rows = new TimelineRows(file, startMs);
  const sum = new CountsOfServices();
  for await (const chunk of createReadStream(file)) {
    const records: Row[] = [];
    splitter.push(chunk, (bytes, start, end, line) =>
      rows.read(bytes.toString('utf8', start, end), line, records),
    );
    for (const row of records) yield sum.add(row);
  }
}

type Row = Omit<Level, 'arrived'>;

class TimelineRows {
  readonly #file: string;
  readonly #startMs: number;
  #columns: readonly number[] = [];
  #width = 0;

  constructor(file: string, startMs: number) {
    this.#file = file;
    this.#startMs = startMs;
  }

  read(record: string, line: number, rows: Row[]): void {
    const fields = record.split(',');
    if (line === 1) this.#readHeader(fields);
    else if (fields.length >= this.#width) rows.push(this.#row(fields, line));
  }

  #readHeader(names: readonly string[]): void {
    const missing = COLUMNS.filter((column) => !names.includes(column));
    if (missing.length > 0) throw new QblError('usage', `${this.#file} has no column ${missing.join(', ')}`);
    this.#columns = COLUMNS.map((column) => names.indexOf(column));
    this.#width = names.length;
  }

  #row(fields: readonly string[], line: number): Row {
    const [at, processed, backlog = null, oldestAgeMs = null] = this.#columns.map((column, index) =>
      this.#figure(fields[column] ?? '', COLUMNS[index] ?? '', line),
    );
    return {
      ms: Math.max(0, (at ?? 0) - this.#startMs),
      processed: processed ?? 0,
      backlog,
      oldestAgeMs,
    };
  }

  /** Null: the queue did not answer, which the time and the count of what is done do not depend on. */
  #figure(field: string, column: string, line: number): number | null {
    const isRequired = column === 'at' || column === 'processed';
    if (field === '' && !isRequired) return null;
    const value = Number(field);
    if (field !== '' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value;
    throw new QblError(
      'usage',
      `${this.#file}:${line}: "${field}" in the column ${column} is no figure that qbl writes there`,
      { hint: 'The file was changed or damaged after qbl wrote it: restore it, or remove it.' },
    );
  }
}

/**
 * Sums up over the services of a file, each of which counts from 0. What has arrived is what is done and what waits,
 * so that the messages count too that waited before the service came.
 */
class CountsOfServices {
  #before = 0;
  #processed = 0;
  #arrived = 0;

  add({ processed, backlog, ...level }: Row): Level {
    if (processed < this.#processed) this.#before += this.#processed;
    this.#processed = processed;
    const done = this.#before + processed;
    this.#arrived = Math.max(this.#arrived, done + (backlog ?? 0));
    return { ...level, backlog, processed: done, arrived: backlog === null ? null : this.#arrived };
  }
}
