import { formatCount } from '../../count.ts';
import { plural } from '../../plural.ts';
import type { RunRecord } from '../documents/run-json.ts';

/** Says that the samples have another number of rows than their sender wrote, as a sentence. Null if nothing shows it. */
export function wrongRowCount(record: RunRecord | null, rows: number): string | null {
  const written = record?.end?.samples ?? null;
  if (written === null || written === rows) return null;
  return `The file samples.jtl has ${plural(rows, 'row')}, but the sender wrote ${formatCount(written)}.`;
}
