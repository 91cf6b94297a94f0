import { createReadStream } from 'node:fs';
import { QblError } from '../../../error.ts';
import { RecordSplitter } from '../../../samples/jtl/jtl-records.ts';

const DAMAGED = 'The file was changed or damaged after qbl wrote it. Restore it, or remove it.';
const COLUMNS = ['at', 'processed', 'others', 'backlog', 'oldestAge'] as const;

/** The state of the services at one time. A field is null if the queue did not answer. */
export interface Level {
  /** Since time 0 of the charts. */
  readonly ms: number;
  readonly processed: number;
  /** Processed messages of other runs. */
  readonly others: number;
  /** Waiting messages of all runs. */
  readonly backlog: number | null;
  readonly oldestAgeMs: number | null;
}

/**
 * Reads the rows of timeline.csv. It ignores an incomplete last row, which a killed service leaves behind.
 * @throws QblError 'usage' if a column is missing, or if a complete row contains something other than numbers
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
    if (missing.length > 0)
      throw new QblError('usage', `${this.#file} has no column ${missing.join(', ')}`, { hint: DAMAGED });
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

  /** Null if the queue did not answer. The time and the processed counts are always known. */
  #figure(field: string, column: string, line: number): number | null {
    const isRequired = column !== 'backlog' && column !== 'oldestAge';
    if (field === '' && !isRequired) return null;
    const value = Number(field);
    if (field !== '' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value;
    throw new QblError(
      'usage',
      `${this.#file}:${line}: "${field}" in the column ${column} is not a number of 0 or more`,
      { hint: DAMAGED },
    );
  }
}

/** Adds up the counts of all services of a file. Each service counts from 0. */
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
