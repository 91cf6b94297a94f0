import { IdentitySet } from '../message/identity-set.ts';
import { isPlanned } from '../plan/plan.ts';
import { readRun } from '../runs/documents/run-json.ts';
import type { ServiceEnd } from '../runs/documents/service-json.ts';
import { readReceipts } from '../runs/rows/receipts-reader.ts';
import { type RunFolder, runFiles } from '../runs/run-folder.ts';

/** What the service processed, by message: a message that it processed twice counts once, at its first time. */
export interface Processed {
  readonly messages: number;
  /** Time at which the last message was processed for the first time. Minus infinity without messages. */
  readonly lastAtMs: number;
}

/**
 * Reads the receipts of a run, because service.json counts a message each time that the queue delivers it. Null if
 * receipts are missing.
 */
export async function readProcessed(
  folder: RunFolder,
  { processed }: Pick<ServiceEnd, 'processed'>,
): Promise<Processed | null> {
  const seen = new IdentitySet();
  const plan = readRun(folder)?.plan ?? null;
  let [rows, messages, lastAtMs] = [0, 0, Number.NEGATIVE_INFINITY];
  for await (const receipts of readReceipts(runFiles(folder).receipts, () => {})) {
    for (const { identity, outcome, finishedAtMs } of receipts) {
      if (outcome !== 'processed' || identity?.run !== folder.id) continue;
      rows++;
      // A receipt with the run's ID can also belong to a damaged message, or to another sender.
      if (plan !== null && !isPlanned(plan, identity)) continue;
      if (!seen.add(identity)) continue;
      messages++;
      lastAtMs = Math.max(lastAtMs, finishedAtMs);
    }
  }
  return rows < processed ? null : { messages, lastAtMs };
}
