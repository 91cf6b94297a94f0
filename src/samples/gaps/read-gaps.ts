import { readJtl } from '../jtl/jtl-reader.ts';
import { outcomeOf } from '../outcome.ts';
import type { LongSpans } from './ack-times.ts';
import { type Gap, GapCounts } from './gap-counts.ts';

/** Counts the requests in the gaps of a samples file. Reads the file only if there is a gap. */
export async function readGaps(file: string, long: LongSpans): Promise<readonly Gap[]> {
  if (long.spans.length === 0) return [];
  const counts = new GapCounts(long);
  for await (const rows of readJtl(file, { outcomesOnly: true })) {
    for (const row of rows) counts.add(row.timeStampMs, row.timeStampMs + row.elapsedMs, outcomeOf(row));
  }
  return counts.gaps();
}
