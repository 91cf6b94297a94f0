import { plural, verb } from '../../plural.ts';
import type { ReceiptRow } from '../../runs/rows/receipts-reader.ts';
import type { GatheredRun } from './gathered.ts';

/**
 * Whether a receipt is older than the start of the run. Then it may belong to an earlier start with the same run ID. A
 * receipt without a send time, such as that of a message with a token, does not show this in another way.
 */
export function isBeforeStart(
  { sentAtMs, finishedAtMs }: Pick<ReceiptRow, 'sentAtMs' | 'finishedAtMs'>,
  { startedAtMs }: Pick<GatheredRun, 'startedAtMs'>,
): boolean {
  return sentAtMs === null && startedAtMs !== null && finishedAtMs < startedAtMs;
}

/** Says that receipts were left out because they are older than the start of the run. Null if there are none. */
export function leftOutText(receipts: number): string | null {
  if (receipts === 0) return null;
  const are = `${plural(receipts, 'receipt')} ${verb(receipts, 'is', 'are')} older than the start of the run`;
  return `${are}, and not counted: an earlier start used the same run id, or the clock of the service is behind`;
}
