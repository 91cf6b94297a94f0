import { createReadStream } from 'node:fs';
import { QblError } from '../../../error.ts';
import { RecordSplitter } from '../../../samples/jtl/jtl-records.ts';

const COLUMNS = ['at', 'processed', 'others', 'backlog', 'oldestAge'] as const;

/** How the services of a run stood at one time. Null: the queue did not answer. */
export interface Level {
  /** Since the run's start. */
  readonly ms: number;
  readonly processed: number;
  /** Messages of other runs that are done. */
  readonly others: number;
  /** Messages that wait, of whatever run. */
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
    const records: Level[] = [];
    splitter.push(chunk, (bytes, start, end, line) =>
      rows.read(bytes.toString('utf8', start, end), line, records),
    );
    for (const row of records) yield sum.add(row);
  }
}

class TimelineRows {
  readonly #file: string;
  readonly #startMs: number;
  #columns: readonly number[] = [];
  #width = 0;

  constructor(file: string, startMs: number) {
    this.#file = file;
    this.#startMs = startMs;
  }

  read(record: string, line: number, rows: Level[]): void {
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

  #row(fields: readonly string[], line: number): Level {
    const [at, processed, others, backlog = null, oldestAgeMs = null] = this.#columns.map((column, index) =>
      this.#figure(fields[column] ?? '', COLUMNS[index] ?? '', line),
    );
    return {
      ms: Math.max(0, (at ?? 0) - this.#startMs),
      processed: processed ?? 0,
      others: others ?? 0,
      backlog,
      oldestAgeMs,
    };
  }

  /** Null: the queue did not answer, which the time and the counts of done messages do not depend on. */
  #figure(field: string, column: string, line: number): number | null {
    const isRequired = column !== 'backlog' && column !== 'oldestAge';
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

/** Sums up over the services of a file, each of which counts from 0. */
class CountsOfServices {
  #before = { processed: 0, others: 0 };
  #last = { processed: 0, others: 0 };

  add({ processed, others, ...level }: Level): Level {
    if (processed < this.#last.processed || others < this.#last.others) {
      this.#before = this.#sum(this.#last);
    }
    this.#last = { processed, others };
    return { ...level, ...this.#sum(this.#last) };
  }

  #sum({ processed, others }: { processed: number; others: number }) {
    return { processed: this.#before.processed + processed, others: this.#before.others + others };
  }
}
