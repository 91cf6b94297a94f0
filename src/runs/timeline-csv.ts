import { openCsv } from './csv-file.ts';
import { thousandths } from './receipts-csv.ts';

const TIMELINE_HEADER = 'at,arrived,processed,backlog,oldestAge';

/** How a service stood at one time. What is null is not known: the queue did not answer in time. */
export interface TimelineRow {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** Messages that came since the start. */
  readonly arrived: number | null;
  /** Messages done with since the start: processed, or dead-lettered. */
  readonly processed: number;
  readonly backlog: number | null;
  readonly oldestAgeMs: number | null;
}

export interface TimelineWriter {
  write(row: TimelineRow): Promise<void>;
  close(): Promise<void>;
}

/** @throws QblError 'environment' when the file cannot be opened */
export async function openTimeline(path: string): Promise<TimelineWriter> {
  const file = await openCsv(path, TIMELINE_HEADER);
  return {
    write: ({ atMs, arrived, processed, backlog, oldestAgeMs }) =>
      file.append([
        thousandths(atMs),
        arrived ?? '',
        processed,
        backlog ?? '',
        oldestAgeMs === null ? '' : thousandths(oldestAgeMs),
      ]),
    close: () => file.close(),
  };
}
