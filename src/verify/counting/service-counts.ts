import { SERVICE_COUNTS, type ServiceCounts, zeroOf } from '../../runs/documents/counts.ts';
import type { Entry } from './entry.ts';

type MutableCounts = { -readonly [K in keyof ServiceCounts]: ServiceCounts[K] };

export function noServiceCounts(failedAttempts = 0): MutableCounts {
  return { ...zeroOf(SERVICE_COUNTS), failedAttempts };
}

export function countServed(counts: MutableCounts, entry: Entry): void {
  const { processed, deadLettered } = entry;
  if (processed > 0) counts.processed++;
  if (processed > 1) counts.processedTwice++;
  if (processed > 0) return;
  counts[deadLettered ? 'deadLettered' : 'unprocessed']++;
}
