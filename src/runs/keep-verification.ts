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
 * Writes verify.json and e2e.hlog. Keeps the existing files if an earlier verification of the same queue and rules has
 * more evidence, for example because it read the whole queue.
 * @returns the earlier verdict if its files are kept; null if the new verdict was written
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

/** Whether the earlier verification read the same queue, and checked at least the rules of the new one. */
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
