import type { ServiceCounts } from '../runs/verify-json.ts';
import type { Entry } from './identity-table.ts';

type MutableCounts = { -readonly [K in keyof ServiceCounts]: ServiceCounts[K] };

export function noServiceCounts(failedAttempts = 0): MutableCounts {
  return { processed: 0, processedTwice: 0, deadLettered: 0, unprocessed: 0, failedAttempts };
}

/** Counts what a service did with one message. */
export function countServed(counts: MutableCounts, entry: Entry): void {
  const { seen, hasReceipt, processed, deadLettered } = entry;
  if (processed > 0) counts.processed++;
  if (processed > 1) counts.processedTwice++;
  if (processed > 0 || (seen === 0 && !hasReceipt)) return;
  counts[deadLettered ? 'deadLettered' : 'unprocessed']++;
}

/** What was done for all runs together. */
export function sumOfServed(all: readonly ServiceCounts[]): ServiceCounts {
  const of = (name: keyof ServiceCounts) => all.reduce((total, counts) => total + counts[name], 0);
  return {
    processed: of('processed'),
    processedTwice: of('processedTwice'),
    deadLettered: of('deadLettered'),
    unprocessed: of('unprocessed'),
    failedAttempts: of('failedAttempts'),
  };
}
