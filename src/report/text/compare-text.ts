import { formatCount, lowerBoundText } from '../figures.ts';
import type { ComparisonTable } from '../html/report-data.ts';
import type { Style } from './style.ts';
import { fittedTable } from './table.ts';

/** The text for a figure that is missing. */
const NONE = '–';

export function compareText(
  { title, columns, rows, notes }: ComparisonTable,
  width: number | null,
  style: Style,
): string {
  const table = fittedTable(
    [['', ...columns], ...rows.map((row) => [nameText(row), ...row.cells.map(cellText)])],
    ['left', ...columns.map((): 'right' => 'right')],
    width,
  );
  return [style.bold(title), table, ...notes.map((note) => style.dim(note))].join('\n');
}

export function nameText({ name, unit }: ComparisonTable['rows'][number]): string {
  return unit === '' ? name : `${name}, ${unit}`;
}

export function cellText(cell: number | string | null): string {
  if (cell === null) return NONE;
  if (typeof cell === 'string') return lowerBoundText(cell);
  return formatCount(Math.abs(cell) < 100 ? Math.round(cell * 100) / 100 : Math.round(cell));
}
