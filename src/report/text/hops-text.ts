import type { HopsFact } from '../verdict/facts.ts';
import type { Style } from './style.ts';
import { fittedTable } from './table.ts';

/** What the hops have: a headline, one row for each hop, and where each hop is. */
export function hopsText(
  { headline, columns, rows, notes }: HopsFact,
  width: number | null,
  style: Style,
): string {
  const alignments = columns.map((_, index) => (index === 0 ? 'left' : 'right') as 'left' | 'right');
  const table = fittedTable([columns, ...rows], alignments, width);
  return [`${style.bold('Hops')}. ${headline}`, table, ...notes].join('\n');
}
