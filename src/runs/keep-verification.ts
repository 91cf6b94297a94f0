import type { Histogram } from '../samples/histogram.ts';
import type { RunFolder } from './run-folder.ts';
import { readVerification, type Verdict, type VerifyRecord, writeVerification } from './verify-json.ts';

/**
 * Writes verify.json and e2e.hlog, unless what is there was judged from more: a reading that did not see everything
 * knows less than one that did.
 * @returns the verdict that stays; null: it is this one
 */
export async function keepVerification(
  folder: RunFolder,
  record: VerifyRecord,
  histogram: Histogram,
  startedAtMs: number,
): Promise<Verdict | null> {
  const before = await readVerification(folder).catch(() => null);
  const isPoorer = before?.drained === true && !record.drained && record.verdict === 'unknown';
  if (isPoorer && before.verdict !== 'unknown') return before.verdict;
  await writeVerification(folder, record, histogram, startedAtMs);
  return null;
}
