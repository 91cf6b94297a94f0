import { openCsv } from './csv-file.ts';
import { thousandths } from './receipts-csv.ts';

const OBSERVED_HEADER = 'at,committed,backlog,oldestAge,lag,members';

/** The state of an observed group at one time. A value is null if the queue did not answer or does not report it. */
export interface ObservedRow {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** Messages of the run that the group has committed. */
  readonly committed: number;
  /** Messages of the run that arrived and are not committed. */
  readonly backlog: number | null;
  readonly oldestAgeMs: number | null;
  /** All messages of the topic that the group has not committed. */
  readonly lag: number | null;
  readonly members: number | null;
}

export interface ObservedTimeline {
  write(row: ObservedRow): Promise<void>;
  close(): Promise<void>;
}

/** @throws QblError 'environment' when the file cannot be opened */
export async function openObservedTimeline(path: string): Promise<ObservedTimeline> {
  const file = await openCsv(path, OBSERVED_HEADER);
  return {
    write: ({ atMs, committed, backlog, oldestAgeMs, lag, members }) =>
      file.append([
        thousandths(atMs),
        committed,
        backlog ?? '',
        oldestAgeMs === null ? '' : thousandths(oldestAgeMs),
        lag ?? '',
        members ?? '',
      ]),
    close: () => file.close(),
  };
}
