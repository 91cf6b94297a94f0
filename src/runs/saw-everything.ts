import { DOUBT_KINDS } from './documents/reasons.ts';
import type { VerifyRecord } from './documents/verify-json.ts';

const DOUBTS = new Set<string>(DOUBT_KINDS);

/**
 * Whether a message that was not found is certainly lost. True if the queue was read to its end, and nothing shows that
 * the queue contained more messages before.
 */
export function sawEverything({ drained, reasons }: Pick<VerifyRecord, 'drained' | 'reasons'>): boolean {
  return drained && !reasons.some(({ kind }) => DOUBTS.has(kind));
}
