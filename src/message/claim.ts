import { type Identity, isRunId, MAX_INDEX, MAX_PER_PLAN } from './identity.ts';
import { isObject } from './shape.ts';

/** What stands under the reserved key: whose message it says to be, and the sum that proves it. */
export interface Claim {
  readonly identity: Identity;
  /** Epoch milliseconds with a fraction. */
  readonly sentAtMs: number;
  readonly sum: string;
}

/** Reads a claim; null when a part is missing or no such value can have been written. */
export function parseClaim(value: unknown): Claim | null {
  if (!isObject(value)) return null;
  const { run, group, thread, loop, request, sentAt, sum } = value;
  if (typeof run !== 'string' || !isRunId(run)) return null;
  if (!isIndex(thread, MAX_INDEX) || !isIndex(loop, MAX_INDEX)) return null;
  if (!isIndex(group, MAX_PER_PLAN + 1) || !isIndex(request, MAX_PER_PLAN + 1)) return null;
  if (typeof sentAt !== 'number') return null;
  return { identity: { run, group, thread, loop, request }, sentAtMs: sentAt, sum: String(sum) };
}

function isIndex(value: unknown, end: number): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value < end;
}
