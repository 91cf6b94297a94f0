import type { GapsFact } from '../verdict/facts.ts';
import type { Style } from './style.ts';
import { fittedTable } from './table.ts';

/**
 * Returns the gaps of a run (times without an acknowledgement) as text. The text is one line if there was no
 * gap, otherwise a table.
 */
export function gapsText(
  { headline, columns, rows, more }: GapsFact,
  width: number | null,
  style: Style,
): string {
  const alignments = columns.map((_, index) => (index === 0 ? 'left' : 'right'));
  const table = rows.length === 0 ? [] : [fittedTable([columns, ...rows], alignments, width)];
  return [style.bold(headline), ...table, ...(more === null ? [] : [more])].join('\n');
}
