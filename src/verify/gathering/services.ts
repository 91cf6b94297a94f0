import { readService, type ServiceRecord } from '../../runs/documents/service-json.ts';
import { readReceipts } from '../../runs/rows/receipts-reader.ts';
import { type RunFolder, runFiles } from '../../runs/run-folder.ts';
import { isBeforeStart, leftOutText } from './earlier-receipts.ts';
import type { GatheredRun } from './gathered.ts';
import { ReceiptsRead } from './receipts-read.ts';

/** Facts about the services that wrote receipts for the runs. */
export interface GatheredServices {
  /** IDs of the runs that had a service: their folder has a service.json or receipts. */
  readonly runs: ReadonlySet<string>;
  /** Number of all receipts, including those for messages of other runs. */
  readonly receipts: number;
  /** Number of receipts for messages of other runs, or of no run. */
  readonly foreign: number;
  readonly torn: number;
  /** Whether every service ended cleanly. */
  readonly ended: boolean;
  /**
   * Whether service.json does not record the end of a service. Such a service may have processed messages without a
   * receipt.
   */
  readonly killed: boolean;
  /**
   * Why services may have left messages unprocessed, or why receipts may be missing. Null if everything is complete.
   */
  readonly unfinished: string | null;
  /** Why receipts were left out although they may be of messages of the runs. Null if no receipt was left out. */
  readonly leftOut: string | null;
}

export async function haveServices(folders: readonly RunFolder[]): Promise<boolean> {
  const records = await Promise.all(folders.map(readService));
  return records.every((record) => record !== null);
}

/**
 * Adds all receipts to the tallies of their runs. Returns null if no run had a service.
 * @param addsUnknown whether a message that is known only from a receipt counts as arrived
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
  const known = new Map(runs.map((run) => [run.run, run]));
  let beforeStart = 0;
  for (const [i, folder] of folders.entries()) {
    const file = new ReceiptsRead(folder.id);
    for await (const rows of readReceipts(runFiles(folder).receipts, () => file.torn++)) {
      read.receipts += rows.length;
      for (const row of rows) {
        file.add(row);
        const run = row.identity === null ? undefined : known.get(row.identity.run);
        if (row.identity === null || run === undefined) {
          read.foreign++;
          continue;
        }
        served.add(run.run);
        if (isBeforeStart(row, run)) beforeStart++;
        else run.tally.addReceipt(row.identity, row, addsUnknown);
      }
    }
    read.torn += file.torn;
    const record = records[i] ?? null;
    const lack = record === null ? null : file.lack(record);
    if (lack !== null) lacks.push(lack);
  }
  const leftOut = leftOutText(beforeStart);
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
      leftOut,
    leftOut,
  };
}

/**
 * Returns why services may have left messages unprocessed. Null if every service stopped after the last send,
 * with an empty queue. A service with --drain ends only after the queue was empty for a while.
 */
function unfinished(last: readonly ServiceRecord[], runs: readonly GatheredRun[]): string | null {
  const sentUntilMs = Math.max(...runs.map((run) => run.sentUntilMs));
  for (const { end, options } of last) {
    if (end === null)
      return 'service.json records no end of the service: the service was killed, or is still working';
    if (!options.drain)
      return 'the service was stopped without --drain, so it may have left messages in the queue';
    if (Date.parse(end.at) < sentUntilMs) return 'the service stopped before the last message was sent';
  }
  return runs.every(({ ended }) => ended)
    ? null
    : 'the sender did not end cleanly: it may have sent more messages after the service stopped';
}
