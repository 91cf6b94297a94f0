import { openCsv } from './csv-file.ts';
import { thousandths } from './receipts-csv.ts';

const TIMELINE_HEADER = 'at,processed,others,backlog,oldestAge';

/** The state of a service at one time. `backlog` and `oldestAgeMs` are null if the queue did not answer in time. */
export interface TimelineRow {
  /** Time of the row, in epoch milliseconds. */
  readonly atMs: number;
  /** Number of messages of the run that were processed or dead-lettered since the start. */
  readonly processed: number;
  /** Number of messages of other runs that were processed or dead-lettered since the start. */
  readonly others: number;
  /** Number of messages that wait in the queue, of all runs, because a queue cannot distinguish runs. */
  readonly backlog: number | null;
  readonly oldestAgeMs: number | null;
}

export interface TimelineWriter {
  write(row: TimelineRow): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens timeline.csv.
 * @throws QblError 'environment' if the file cannot be opened
 */
export async function openTimeline(path: string): Promise<TimelineWriter> {
  const file = await openCsv(path, TIMELINE_HEADER);
  return {
    write: ({ atMs, processed, others, backlog, oldestAgeMs }) =>
      file.append([
        thousandths(atMs),
        processed,
        others,
        backlog ?? '',
        oldestAgeMs === null ? '' : thousandths(oldestAgeMs),
      ]),
    close: () => file.close(),
  };
}
