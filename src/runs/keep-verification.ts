import type { Histogram } from '../samples/latency/histogram.ts';
import {
  readVerification,
  type Verdict,
  type VerifyRecord,
  writeVerification,
} from './documents/verify-json.ts';
import type { RunFolder } from './run-folder.ts';
import { sawEverything } from './saw-everything.ts';

/**
 * Writes verify.json and e2e.hlog, unless what is there answers the same question from more: a reading that did not see
 * everything knows less than one that did.
 * @returns the verdict that stays; null: it is this one
 */
export async function keepVerification(
  folder: RunFolder,
  record: VerifyRecord,
  histogram: Histogram,
  startedAtMs: number,
): Promise<Verdict | null> {
  const before = await readVerification(folder).catch(() => null);
  if (before !== null && answers(before, record) && knowsMore(before, record)) return before.verdict;
  await writeVerification(folder, record, histogram, startedAtMs);
  return null;
}

/** Whether it was of the same queue, and asked for at least as much. */
function answers(before: VerifyRecord, { queue, rules }: VerifyRecord): boolean {
  return (
    before.queue === queue &&
    (before.rules.exactlyOnce || !rules.exactlyOnce) &&
    (before.rules.ordered || !rules.ordered)
  );
}

function knowsMore(before: VerifyRecord, now: VerifyRecord): boolean {
  return (
    before.verdict !== 'unknown' && sawEverything(before) && now.verdict === 'unknown' && !sawEverything(now)
  );
}
