import { formatCount } from '../../count.ts';
import { plural } from '../../plural.ts';
import type { RunRecord } from '../documents/run-json.ts';

/**
 * Returns a sentence if samples.jtl has more or fewer rows than the sender wrote. Null if the numbers are equal, or if
 * the number of written rows is not known.
 */
export function wrongRowCount(record: RunRecord | null, rows: number): string | null {
  const written = record?.end?.samples ?? null;
  if (written === null || written === rows) return null;
  return `The file samples.jtl has ${plural(rows, 'row')}, but the sender wrote ${formatCount(written)}.`;
}
