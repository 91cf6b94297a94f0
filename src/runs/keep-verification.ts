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
 * What happened to an earlier verdict that proves more than the new one. `kept`: its files stay. `replaced`: the new
 * verdict is about another queue, or about more rules, so it took the place of the earlier one.
 */
export interface EarlierVerdict {
  readonly fate: 'kept' | 'replaced';
  readonly verdict: Verdict;
  readonly queue: string;
}

/**
 * Writes verify.json and e2e.hlog. Keeps the existing files if an earlier verification of the same queue and rules has
 * more evidence. For example, the earlier verification read the whole queue.
 * @returns the earlier verdict if it proves more than the new one; null otherwise
 */
export async function keepVerification(
  folder: RunFolder,
  record: VerifyRecord,
  latencies: Latencies,
  startedAtMs: number,
): Promise<EarlierVerdict | null> {
  const before = await readVerification(folder).catch(() => null);
  const better = before !== null && knowsMore(before, record) ? before : null;
  const fate = better !== null && answers(better, record) ? 'kept' : 'replaced';
  if (fate === 'replaced') await writeVerification(folder, record, latencies, startedAtMs);
  return better === null ? null : { fate, verdict: better.verdict, queue: better.queue };
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
