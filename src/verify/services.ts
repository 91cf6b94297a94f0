import { readReceipts } from '../runs/receipts-reader.ts';
import { type RunFolder, runFiles } from '../runs/run-folder.ts';
import { readService, type ServiceRecord } from '../runs/service-json.ts';
import type { GatheredRun } from './gathered.ts';
import type { Tally } from './tally.ts';

/** The services that wrote receipts into the folders of the runs. */
export interface Services {
  /** The last one of each folder. */
  readonly last: readonly ServiceRecord[];
  /** All receipts, of other runs too. */
  readonly receipts: number;
  /** Receipts of other runs, or of no run. */
  readonly foreign: number;
  readonly torn: number;
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
  tallies: ReadonlyMap<string, Tally>,
  addsUnknown: boolean,
): Promise<Services | null> {
  const last = (await Promise.all(folders.map(readService))).filter((record) => record !== null);
  if (last.length === 0) return null;
  const read = { receipts: 0, foreign: 0, torn: 0 };
  for (const folder of folders) {
    for await (const rows of readReceipts(runFiles(folder).receipts, () => read.torn++)) {
      read.receipts += rows.length;
      for (const row of rows) {
        const tally = row.identity === null ? undefined : tallies.get(row.identity.run);
        if (row.identity === null || tally === undefined) read.foreign++;
        else tally.addReceipt(row.identity, row, addsUnknown);
      }
    }
  }
  return { last, ...read };
}

export function haveEnded({ last }: Services): boolean {
  return last.every(({ end }) => end !== null);
}

/** Whether one was killed, or still works: it may have done work of which there is no receipt. */
export function wereKilled({ last }: Services): boolean {
  return last.some(({ end, earlier }) => end === null || earlier.some((before) => before.end === null));
}

/**
 * Why the services may have left messages to others; null: they stopped when the queue was empty, after the last
 * message was sent. With --drain a service has no end before it saw the queue empty for a while.
 */
export function unfinished({ last }: Services, runs: readonly GatheredRun[]): string | null {
  const sentUntilMs = Math.max(...runs.map(({ samples }) => samples.lastStartMs));
  for (const { end, options } of last) {
    if (end === null) return 'the service has no end: it was killed, or still works';
    if (!options.drain) return 'the service was stopped without --drain, which would have emptied the queue';
    if (Date.parse(end.at) < sentUntilMs) return 'the service stopped before the last message was sent';
  }
  return runs.every(({ ended }) => ended)
    ? null
    : 'the sender did not stop in good order: it may have sent more after the service stopped';
}
