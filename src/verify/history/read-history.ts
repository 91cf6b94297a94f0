import { highest, lowest } from '../../queue/positions.ts';
import type { Positions } from '../../queue/queue.ts';
import { readTap } from '../../runs/documents/tap-json.ts';
import { readSeen } from '../../runs/rows/seen-jsonl.ts';
import type { VerifyOptions } from '../options.ts';

/** Earlier facts about the queue, which show whether it is still the same queue. */
export interface QueueHistory {
  /** The ends before the first send of every run. Null if not known for all runs. */
  readonly starts: Positions | null;
  /** The highest ends that were seen. */
  readonly ends: Positions;
  /** All IDs that the queue reported to distinguish it from others with the same name. */
  readonly queueIds: ReadonlySet<string>;
  /**
   * Number of the runs' messages that verifications removed permanently. It includes all URLs, because one queue can
   * have several. Null if not known.
   */
  readonly taken: number | null;
}

/** The facts about a queue that was never read before. */
export const NO_HISTORY: QueueHistory = { starts: null, ends: new Map(), queueIds: new Set(), taken: 0 };

/** Reads what taps and earlier verifications of the runs recorded. */
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
