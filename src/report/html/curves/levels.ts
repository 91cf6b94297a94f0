import { QblError } from '../../../error.ts';
import { bytesIfThere } from '../../../runs/regular-file.ts';
import { RecordSplitter } from '../../../samples/jtl/jtl-records.ts';

const DAMAGED = 'The file was changed or damaged after qbl wrote it. Restore it, or remove it.';

const FIELDS = ['at', 'processed', 'others', 'backlog', 'oldestAge', 'unacknowledged', 'consumers'] as const;
const ALWAYS_KNOWN: readonly Field[] = ['at', 'processed', 'others'];
type Field = (typeof FIELDS)[number];

/** The name of the column for each field. Null if the file has no such column. */
export type Columns = Readonly<Record<Field, string | null>>;

/** The columns of timeline.csv. */
export const SERVICE_COLUMNS: Columns = {
  ...{ at: 'at', processed: 'processed', others: 'others', backlog: 'backlog', oldestAge: 'oldestAge' },
  ...{ unacknowledged: null, consumers: null },
};

/** The columns of observed-timeline.csv for a consumer group. Its backlog counts only messages of the run. */
export const GROUP_TIMELINE: Columns = {
  ...{ at: 'at', processed: 'committed', others: null, backlog: 'backlog', oldestAge: 'oldestAge' },
  ...{ unacknowledged: null, consumers: 'members' },
};

/** The columns of observed-timeline.csv for a queue. */
export const QUEUE_TIMELINE: Columns = {
  ...{ at: 'at', processed: 'taken', others: null, backlog: 'backlog', oldestAge: null },
  ...{ unacknowledged: 'unacknowledged', consumers: 'consumers' },
};

/** The state of the services at one time. A field is null if the queue did not answer, or if the file lacks it. */
export interface Level {
  /** Milliseconds since time 0 of the charts. */
  readonly ms: number;
  readonly processed: number;
  /** Number of processed messages of other runs. */
  readonly others: number;
  /** Number of waiting messages of all runs. */
  readonly backlog: number | null;
  readonly oldestAgeMs: number | null;
  /** Number of messages that were delivered to an observed service and are not acknowledged. */
  readonly unacknowledged: number | null;
  /** Number of consumers of an observed queue, or of members of an observed group. */
  readonly consumers: number | null;
}

/**
 * Reads the rows of a timeline. Ignores an incomplete last row, which a killed service leaves behind.
 * @throws QblError 'usage' if the file cannot be read, if a column is missing, or if a complete row contains something other than numbers
 */
export async function* levelsOf(file: string, startMs: number, columns: Columns): AsyncGenerator<Level> {
  const splitter = new RecordSplitter(file);
  const rows = new TimelineRows(file, startMs, columns);
  // Adds up the counts of several services. The counts of an observed service stay unchanged, because they
  // can fall: messages can return to the queue.
  const sum = columns.others === null ? null : new CountsOfServices();
  for await (const chunk of bytesIfThere(file)) {
    const records: Level[] = [];
    splitter.push(chunk, (bytes, start, end, line) =>
      rows.read(bytes.toString('utf8', start, end), line, records),
    );
    for (const row of records) yield sum?.add(row) ?? row;
  }
}

class TimelineRows {
  readonly #file: string;
  readonly #startMs: number;
  readonly #names: Columns;
  /** The position of each field in a row. Null if the file has no such column. */
  #columns: readonly (number | null)[] = [];
  #width = 0;

  constructor(file: string, startMs: number, names: Columns) {
    this.#file = file;
    this.#startMs = startMs;
    this.#names = names;
  }

  read(record: string, line: number, rows: Level[]): void {
    const fields = record.split(',');
    if (line === 1) this.#readHeader(fields);
    else if (fields.length >= this.#width) rows.push(this.#row(fields, line));
  }

  #readHeader(names: readonly string[]): void {
    const columns = FIELDS.map((field) => this.#names[field]);
    const missing = columns.filter((column) => column !== null && !names.includes(column));
    if (missing.length > 0)
      throw new QblError('usage', `${this.#file} has no column ${missing.join(', ')}`, { hint: DAMAGED });
    this.#columns = columns.map((column) => (column === null ? null : names.indexOf(column)));
    this.#width = names.length;
  }

  #row(fields: readonly string[], line: number): Level {
    const [
      at,
      processed,
      others,
      backlog = null,
      oldestAgeMs = null,
      unacknowledged = null,
      consumers = null,
    ] = FIELDS.map((field, index) => this.#figure(fields, field, this.#columns[index] ?? null, line));
    return {
      ms: Math.max(0, (at ?? 0) - this.#startMs),
      processed: processed ?? 0,
      others: others ?? 0,
      backlog,
      oldestAgeMs,
      unacknowledged,
      consumers,
    };
  }

  /** Reads a figure. Null if the queue did not answer. The time and the processed counts are always known. */
  #figure(cells: readonly string[], field: Field, column: number | null, line: number): number | null {
    if (column === null) return null;
    const cell = cells[column] ?? '';
    if (cell === '' && !ALWAYS_KNOWN.includes(field)) return null;
    const value = Number(cell);
    if (cell !== '' && value >= 0 && value <= Number.MAX_SAFE_INTEGER) return value;
    throw new QblError(
      'usage',
      `${this.#file}:${line}: "${cell}" in the column ${this.#names[field]} is not a number of 0 or more`,
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
