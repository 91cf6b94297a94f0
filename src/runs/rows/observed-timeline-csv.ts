import { openCsv } from './csv-file.ts';
import { thousandths } from './receipts-csv.ts';

/** The columns of an observed consumer group. docs/run-folder.md explains them. */
export const GROUP_COLUMNS = ['committed', 'backlog', 'oldestAge', 'lag', 'members'] as const;
/** The columns of an observed queue. */
export const QUEUE_COLUMNS = ['taken', 'backlog', 'ready', 'unacknowledged', 'consumers'] as const;

/** The state of an observed service at one time. A cell is null if the queue did not answer or does not report it. */
export interface ObservedRow<Column extends string = string> {
  /** Time of the observation in epoch milliseconds. */
  readonly atMs: number;
  readonly cells: Readonly<Record<Column, number | null>>;
}

export type GroupRow = ObservedRow<(typeof GROUP_COLUMNS)[number]>;
export type QueueRow = ObservedRow<(typeof QUEUE_COLUMNS)[number]>;

export interface ObservedTimeline {
  /** Writes a row, which must have a cell for each column. */
  write(row: ObservedRow): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens observed-timeline.csv.
 * @throws QblError 'environment' when the file cannot be opened
 */
export async function openObservedTimeline(
  path: string,
  columns: readonly string[],
): Promise<ObservedTimeline> {
  const file = await openCsv(path, ['at', ...columns].join(','));
  return {
    write: ({ atMs, cells }) =>
      file.append([thousandths(atMs), ...columns.map((column) => cellText(cells[column]))]),
    close: () => file.close(),
  };
}

function cellText(value: number | null | undefined): number | '' {
  return value == null ? '' : thousandths(value);
}
