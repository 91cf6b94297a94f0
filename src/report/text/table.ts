import Table from 'cli-table3';
import { fits, flow } from './layout.ts';

type Alignment = 'left' | 'right';

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

/** Returns aligned columns without lines, which are readable in a log and on a terminal. */
export function alignedTable(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
  gap = '  ',
): string {
  const table = new Table({
    chars: { ...NO_LINES, middle: gap },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: [...alignments],
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/**
 * Returns a table that fits the columns of a terminal. On a narrow terminal, the columns move closer together. If the
 * table is still too wide, the first cell of each row gets its own line. If that is not enough, each figure is shown with
 * the name of its column, because the terminal would break the rows, and no figure would be below its name.
 */
export function fittedTable(
  rows: readonly (readonly string[])[],
  alignments: readonly Alignment[],
  columns: number | null,
): string {
  for (const gap of ['  ', ' ']) {
    const table = alignedTable(rows, alignments, gap);
    if (fits(table, columns)) return table;
  }
  const cells = alignedTable(
    rows.map(([, ...others]) => others),
    alignments.slice(1),
    ' ',
  ).split('\n');
  const labelled = rows
    .flatMap(([name = ''], index) => [name, cells[index] ?? ''])
    .filter((line) => line !== '')
    .join('\n');
  // If a cell has several lines, there are more lines than rows. It is then not known which line belongs to which row,
  // so `namedTable` is used.
  const isAligned = cells.length === rows.length;
  return isAligned && fits(labelled, columns) ? labelled : namedTable(rows, columns);
}

/** Returns the first cell of each row, and below it each other cell with the name of its column. */
export function namedTable(
  [head = [], ...rows]: readonly (readonly string[])[],
  columns: number | null,
): string {
  return rows
    .map(([label = '', ...cells]) => {
      const named = cells.flatMap((cell, index) => (cell === '' ? [] : [`${head[index + 1] ?? ''} ${cell}`]));
      return `${label}\n${flow(named, columns)}`;
    })
    .join('\n');
}

/**
 * Returns names with figures, in groups side by side. On a narrow terminal, the groups are below each other.
 */
export function pairTable(
  groups: readonly (readonly (readonly [string, string])[])[],
  columns: number | null,
): string {
  const height = Math.max(...groups.map(({ length }) => length));
  const rows = Array.from({ length: height }, (_, row) => groups.flatMap((group) => group[row] ?? ['', '']));
  const alignments = groups.flatMap((): Alignment[] => ['left', 'right']);
  for (const gap of ['   ', '  ', ' ']) {
    const table = alignedTable(rows, alignments, gap);
    if (fits(table, columns)) return table;
  }
  return alignedTable(groups.flat(), ['left', 'right']);
}
