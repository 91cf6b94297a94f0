import { IdentitySet } from '../message/identity-set.ts';
import { isPlanned } from '../plan/plan.ts';
import { readRun } from '../runs/documents/run-json.ts';
import { provenClockAheadMs, type ServiceEnd } from '../runs/documents/service-json.ts';
import { SAME_CLOCK_MS } from '../runs/json/same-clock.ts';
import { readReceipts } from '../runs/rows/receipts-reader.ts';
import { type RunFolder, runFiles } from '../runs/run-folder.ts';

/**
 * The messages that the service processed. A message that was processed twice counts once, at the time when it was
 * first processed.
 */
export interface Processed {
  readonly messages: number;
  /** Time at which the last of the messages was first processed. Minus infinity if no message was processed. */
  readonly lastAtMs: number;
  /**
   * Longest time by which work on a message of the run started before the message was sent, by the time stamps. Above
   * 0 if the sender's clock is ahead of the service's clock. Null if no checksum confirms the send time of a message.
   */
  readonly senderAheadMs: number | null;
}

/**
 * Whether the time from the first request to the end of the last work is too short, or may be too short, because the
 * sender's clock is ahead of the service's clock.
 */
export function isDrainTooShort(end: ServiceEnd, { senderAheadMs }: Processed): boolean {
  const isClockAhead = provenClockAheadMs(end) !== null;
  if (senderAheadMs === null) return isClockAhead;
  return senderAheadMs > SAME_CLOCK_MS || (isClockAhead && end.waitSince === 'sender');
}

/**
 * Reads the processed messages from the receipts of a run. The counts in service.json are not enough, because they
 * count each delivery of a message. Null if receipts are missing.
 */
export async function readProcessed(
  folder: RunFolder,
  { processed }: Pick<ServiceEnd, 'processed'>,
): Promise<Processed | null> {
  const seen = new IdentitySet();
  const plan = readRun(folder)?.plan ?? null;
  let [rows, messages, lastAtMs] = [0, 0, Number.NEGATIVE_INFINITY];
  let senderAheadMs: number | null = null;
  for await (const receipts of readReceipts(runFiles(folder).receipts, () => {})) {
    for (const { identity, outcome, sentAtMs, startedAtMs, finishedAtMs } of receipts) {
      if (identity?.run !== folder.id) continue;
      if (outcome === 'processed') rows++;
      // Leaves out receipts of messages that the plan does not have. Such a receipt has the run's ID, but belongs to a
      // damaged message or to another sender.
      if (plan !== null && !isPlanned(plan, identity)) continue;
      if (sentAtMs !== null) senderAheadMs = Math.max(senderAheadMs ?? 0, sentAtMs - startedAtMs);
      if (outcome !== 'processed' || !seen.add(identity)) continue;
      messages++;
      lastAtMs = Math.max(lastAtMs, finishedAtMs);
    }
  }
  return rows < processed ? null : { messages, lastAtMs, senderAheadMs };
}
