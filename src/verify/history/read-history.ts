import { highest, lowest } from '../../queue/positions.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Positions } from '../../queue/reader.ts';
import { readTaps, type Tap } from '../../runs/documents/tap-json.ts';
import { readAllEnds, readSeen } from '../../runs/rows/seen-jsonl.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import type { VerifyOptions } from '../options.ts';

/**
 * What earlier readings recorded about the queue. The record shows whether the queue is still the same one.
 */
export interface QueueHistory {
  /** The end of each partition before the first send of any run. Null if it is not known for all runs. */
  readonly starts: Positions | null;
  /** The highest end of each partition that was ever seen. */
  readonly ends: Positions;
  /** All IDs that the queue has reported. A recreated queue with the same name has another ID. */
  readonly queueIds: ReadonlySet<string>;
  /** How an earlier verification noticed that the queue was recreated. Null if no verification noticed it. */
  readonly recreated: string | null;
  /**
   * Number of messages of the runs that verifications removed from queues. The number includes all queues,
   * because one queue can have several URLs. Null if the number is not known.
   */
  readonly taken: number | null;
  readonly elsewhere: KnownElsewhere;
}

/** What earlier readings recorded about the queue when they read it at another URL. */
export interface KnownElsewhere {
  /** The highest end of each partition that was seen. */
  readonly ends: Positions;
  readonly queueIds: ReadonlySet<string>;
}

export const NO_HISTORY: QueueHistory = {
  starts: null,
  ends: new Map(),
  queueIds: new Set(),
  recreated: null,
  taken: 0,
  elsewhere: { ends: new Map(), queueIds: new Set() },
};

/** Reads what live readers and earlier verifications of the runs recorded. */
export async function readHistory({
  folders,
  queue,
}: Pick<VerifyOptions, 'folders' | 'queue'>): Promise<QueueHistory> {
  const taps = await Promise.all(folders.map((folder) => tapOf(folder, queue)));
  const seen = await Promise.all(folders.map((folder) => readSeen(folder, queue.url)));
  const recorded = taps.map((tap) => tap?.start ?? null);
  return {
    starts: recorded.every((start) => start !== null) ? lowest(recorded) : null,
    ends: highest([...recorded.flatMap((start) => start ?? []), ...seen.map(({ ends }) => ends)]),
    queueIds: new Set([
      ...taps.flatMap((tap) => tap?.queueId ?? []),
      ...seen.flatMap(({ queueIds }) => queueIds),
    ]),
    recreated: seen.map(({ recreated }) => recreated).find((text) => text !== null) ?? null,
    taken: sumOrNull(seen.map(({ taken }) => taken)),
    elsewhere: await knownElsewhere(folders, queue),
  };
}

async function tapOf(folder: RunFolder, { url }: Pick<Queue, 'url'>): Promise<Tap | null> {
  return (await readTaps(folder)).find(({ queue }) => queue === url) ?? null;
}

/** The brokers of one cluster have several addresses, so one topic can have several URLs. */
async function knownElsewhere(folders: readonly RunFolder[], queue: Queue): Promise<KnownElsewhere> {
  const taps = (await Promise.all(folders.map(readTaps)))
    .flat()
    .map(({ start, ...tap }) => ({ ...tap, ends: start }));
  const others = [...taps, ...folders.flatMap(readAllEnds)].filter(
    (of) => of.queue !== queue.url && of.lastingName !== null,
  );
  const name = others.length === 0 ? null : await queue.lastingName?.();
  const same = others.filter(({ lastingName }) => lastingName === name);
  return {
    ends: highest(same.map(({ ends }) => ends)),
    queueIds: new Set(same.flatMap(({ queueId }) => queueId ?? [])),
  };
}

function sumOrNull(all: readonly (number | null)[]): number | null {
  return all.reduce((sum, each) => (sum === null || each === null ? null : sum + each), 0);
}
