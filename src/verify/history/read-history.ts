import { highest, lowest } from '../../queue/positions.ts';
import type { Positions } from '../../queue/queue.ts';
import { readTap } from '../../runs/documents/tap-json.ts';
import { readSeen } from '../../runs/rows/seen-jsonl.ts';
import type { VerifyOptions } from '../options.ts';

/** What is known of the queue from earlier, and shows when it is no longer the same. */
export interface QueueHistory {
  /** Where it ended before the first send of every run; null: not known for all. */
  readonly starts: Positions | null;
  /** The highest ends at which it was seen. */
  readonly ends: Positions;
  /** What it said of itself, whenever it was asked, to be told from others of its name. */
  readonly queueIds: ReadonlySet<string>;
  /** Messages of the runs that verifications took out of a queue for good, however it was named; null: nobody knows how many. */
  readonly taken: number | null;
}

/** Nobody has seen the queue before. */
export const NO_HISTORY: QueueHistory = { starts: null, ends: new Map(), queueIds: new Set(), taken: 0 };

/** What taps and earlier verifications of the runs have noted. */
export async function readHistory({ folders, queue }: VerifyOptions): Promise<QueueHistory> {
  const all = await Promise.all(folders.map(readTap));
  const taps = all.map((tap) => (tap?.queue === queue.url ? tap : null));
  const seen = await Promise.all(folders.map((folder) => readSeen(folder, queue.url)));
  const recorded = taps.map((tap) => tap?.start ?? null);
  return {
    starts: recorded.every((start) => start !== null) ? lowest(recorded) : null,
    ends: highest([...recorded.flatMap((start) => start ?? []), ...seen.map(({ ends }) => ends)]),
    queueIds: new Set([
      ...taps.flatMap((tap) => tap?.queueId ?? []),
      ...seen.flatMap(({ queueIds }) => queueIds),
    ]),
    taken: sumOrNull(seen.map(({ taken }) => taken)),
  };
}

function sumOrNull(all: readonly (number | null)[]): number | null {
  return all.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0);
}
