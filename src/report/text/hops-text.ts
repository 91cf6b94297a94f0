import type { HopsFact } from '../verdict/facts.ts';
import type { Style } from './style.ts';
import { fittedTable } from './table.ts';

/**
 * Returns text about the hops (queues to which the service writes): a headline, one row for each hop, and the
 * queue of each hop.
 */
export function hopsText(
  { headline, columns, rows, notes }: HopsFact,
  width: number | null,
  style: Style,
): string {
  const alignments = columns.map((_, index) => (index === 0 ? 'left' : 'right') as 'left' | 'right');
  const table = fittedTable([columns, ...rows], alignments, width);
  return [`${style.bold('Hops')}. ${headline}`, table, ...notes].join('\n');
}
