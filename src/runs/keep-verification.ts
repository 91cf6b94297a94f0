import {
  type Latencies,
  readVerification,
  type Verdict,
  type VerifyRecord,
  writeVerification,
} from './documents/verify-json.ts';
import type { RunFolder } from './run-folder.ts';
import { sawEverything } from './saw-everything.ts';

/**
 * Writes verify.json and e2e.hlog. Keeps the existing files if an earlier verification of the same queue and rules has
 * more evidence. For example, the earlier verification read the whole queue.
 * @returns the earlier verdict if its files are kept; null if the new verdict was written
 */
export async function keepVerification(
  folder: RunFolder,
  record: VerifyRecord,
  latencies: Latencies,
  startedAtMs: number,
): Promise<Verdict | null> {
  const before = await readVerification(folder).catch(() => null);
  if (before !== null && answers(before, record) && knowsMore(before, record)) return before.verdict;
  await writeVerification(folder, record, latencies, startedAtMs);
  return null;
}

/** Whether the earlier verification read the same queue and hops, and checked at least the rules of the new one. */
function answers(before: VerifyRecord, { queue, rules, hops }: VerifyRecord): boolean {
  return (
    before.queue === queue &&
    (before.rules.exactlyOnce || !rules.exactlyOnce) &&
    (before.rules.ordered || !rules.ordered) &&
    hopsText(before.hops) === hopsText(hops)
  );
}

function hopsText(hops: VerifyRecord['hops']): string {
  return JSON.stringify([hops?.rule, hops?.places.map(({ name, queue }) => [name, queue])]);
}

function knowsMore(before: VerifyRecord, now: VerifyRecord): boolean {
  return before.verdict !== 'unknown' && sawAll(before) && now.verdict === 'unknown' && !sawAll(now);
}

/** Whether the queue and all hops were read to their ends without doubt. */
function sawAll(record: VerifyRecord): boolean {
  return sawEverything(record) && !record.reasons.some(({ kind }) => kind === 'incomplete-hop');
}
