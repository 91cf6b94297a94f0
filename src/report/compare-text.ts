import type { CompareRecord, CompareRow } from '../runs/compare-json.ts';
import { formatCount } from './figures.ts';
import type { Style } from './style.ts';
import { alignedTable } from './table.ts';

/** What stands where there is no figure. */
const NONE = '–';

/** Figures side by side, and what has to be known to read them. */
export function compareText({ title, columns, rows, notes }: CompareRecord, style: Style): string {
  const table = alignedTable(
    [['', ...columns], ...rows.map((row) => [nameText(row), ...row.cells.map(cellText)])],
    ['left', ...columns.map((): 'right' => 'right')],
  );
  return [style.bold(title), table, ...notes.map((note) => style.dim(note))].join('\n');
}

/** The same figures of several runs, one for each number of instances. */
export function scalingText(
  runs: readonly (CompareRecord & { readonly instances: number })[],
  style: Style,
): string {
  const heads = runs.map(({ instances }) => (instances === 1 ? '1 instance' : `${instances} instances`));
  const [first] = runs;
  const rows = (first?.rows ?? []).flatMap((row, index) => {
    const cells = (column: number) =>
      runs.map(({ rows: own }) => cellText(own[index]?.cells[column] ?? null));
    return [
      [nameText(row), ...cells(0)],
      ['    predicted', ...cells(1)],
    ];
  });
  const table = alignedTable(
    [['', ...heads], ...rows.filter(([, ...cells]) => cells.some((cell) => cell !== NONE))],
    ['left', ...heads.map((): 'right' => 'right')],
  );
  return [style.bold('With more instances'), table].join('\n');
}

function nameText({ name, unit }: CompareRow): string {
  return unit === '' ? name : `${name}, ${unit}`;
}

function cellText(cell: number | string | null): string {
  if (cell === null) return NONE;
  if (typeof cell === 'string') return cell;
  return formatCount(Math.abs(cell) < 100 ? Math.round(cell * 100) / 100 : Math.round(cell));
}
