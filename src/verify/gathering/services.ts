import { readService, type ServiceRecord } from '../../runs/documents/service-json.ts';
import { readReceipts } from '../../runs/rows/receipts-reader.ts';
import { type RunFolder, runFiles } from '../../runs/run-folder.ts';
import type { GatheredRun } from './gathered.ts';
import { ReceiptsRead } from './receipts-read.ts';

/** What is known of the services that wrote receipts into the folders of the runs. */
export interface GatheredServices {
  /** The runs whose messages a service was to process: those that had one, or of which there are receipts. */
  readonly runs: ReadonlySet<string>;
  /** All receipts, of other runs too. */
  readonly receipts: number;
  /** Receipts of other runs, or of no run. */
  readonly foreign: number;
  readonly torn: number;
  /** Each stopped in good order. */
  readonly ended: boolean;
  /** One was killed, or still works: it may have done work of which there is no receipt. */
  readonly killed: boolean;
  /** Why they may have left messages to others, or receipts of theirs are missing; null: neither is so. */
  readonly unfinished: string | null;
}

/** Whether each of the runs has had a service. */
export async function haveServices(folders: readonly RunFolder[]): Promise<boolean> {
  const records = await Promise.all(folders.map(readService));
  return records.every((record) => record !== null);
}

/**
 * Hands all receipts to the tallies of their runs; null when no run had a service. Receipts of a service that has its
 * end are complete.
 * @param addsUnknown whether messages count as arrived of which nothing else is known
 */
export async function gatherServices(
  folders: readonly RunFolder[],
  runs: readonly GatheredRun[],
  addsUnknown: boolean,
): Promise<GatheredServices | null> {
  const records = await Promise.all(folders.map(readService));
  const last = records.filter((record) => record !== null);
  if (last.length === 0) return null;
  const own = folders.filter((_, i) => records[i] !== null).map(({ id }) => id);
  const read = { receipts: 0, foreign: 0, torn: 0 };
  const lacks: string[] = [];
  const served = new Set(own);
  const tallies = new Map(runs.map(({ run, tally }) => [run, tally]));
  for (const [i, folder] of folders.entries()) {
    const file = new ReceiptsRead(folder.id);
    for await (const rows of readReceipts(runFiles(folder).receipts, () => file.torn++)) {
      read.receipts += rows.length;
      for (const row of rows) {
        file.add(row);
        const tally = row.identity === null ? undefined : tallies.get(row.identity.run);
        if (row.identity === null || tally === undefined) {
          read.foreign++;
          continue;
        }
        served.add(row.identity.run);
        tally.addReceipt(row.identity, row, addsUnknown);
      }
    }
    read.torn += file.torn;
    const record = records[i] ?? null;
    const lack = record === null ? null : file.lack(record);
    if (lack !== null) lacks.push(lack);
  }
  return {
    ...read,
    runs: served,
    ended: last.every(({ end }) => end !== null),
    killed: last.some(({ end, earlier }) => end === null || earlier.some((before) => before.end === null)),
    unfinished:
      unfinished(
        last,
        runs.filter(({ run }) => served.has(run)),
      ) ??
      lacks[0] ??
      null,
  };
}

/**
 * Null: they stopped when the queue was empty, after the last message was sent. With --drain a service has no end
 * before it saw the queue empty for a while.
 */
function unfinished(last: readonly ServiceRecord[], runs: readonly GatheredRun[]): string | null {
  const sentUntilMs = Math.max(...runs.map((run) => run.sentUntilMs));
  for (const { end, options } of last) {
    if (end === null) return 'the service has no end: it was killed, or still works';
    if (!options.drain) return 'the service was stopped without --drain, which would have emptied the queue';
    if (Date.parse(end.at) < sentUntilMs) return 'the service stopped before the last message was sent';
  }
  return runs.every(({ ended }) => ended)
    ? null
    : 'the sender did not stop in good order: it may have sent more after the service stopped';
}
