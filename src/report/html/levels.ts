import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { QblError } from '../../error.ts';

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
 * @throws QblError 'usage' when it has not the columns
 */
export async function* levelsOf(file: string, startMs: number): AsyncGenerator<Level> {
  const lines = createInterface({
    input: createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  const sum = new CountsOfServices();
  let header: readonly number[] | null = null;
  for await (const line of lines) {
    if (header === null) header = columnsOf(line, file);
    else {
      const row = rowOf(line.split(','), header, startMs);
      if (row !== null) yield sum.add(row);
    }
  }
}

function columnsOf(line: string, file: string): readonly number[] {
  const names = line.split(',');
  const missing = COLUMNS.filter((column) => !names.includes(column));
  if (missing.length === 0) return COLUMNS.map((column) => names.indexOf(column));
  throw new QblError('usage', `${file} has no column ${missing.join(', ')}`);
}

type Row = Omit<Level, 'arrived'>;

function rowOf(fields: readonly string[], header: readonly number[], startMs: number): Row | null {
  if (header.some((column) => fields[column] === undefined)) return null;
  const [at, processed, backlog, oldestAgeMs] = header.map((column) => figure(fields[column] ?? ''));
  if (at == null || processed == null) return null;
  return {
    ms: Math.max(0, at - startMs),
    processed,
    backlog: backlog ?? null,
    oldestAgeMs: oldestAgeMs ?? null,
  };
}

function figure(field: string): number | null {
  const value = Number(field);
  return field === '' || !Number.isFinite(value) ? null : value;
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
