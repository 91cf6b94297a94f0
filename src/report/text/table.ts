import Table from 'cli-table3';
import { fits } from './layout.ts';

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

/** Rows in aligned columns without lines, which reads as well in a log as on a terminal. */
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
 * The same within the columns of a terminal: closer together where it is narrow, and where that is not enough the first
 * cell of each row on a line of its own.
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
  // A cell of several lines would not stand beside its name.
  if (cells.length !== rows.length) return alignedTable(rows, alignments, ' ');
  return rows
    .flatMap(([name = ''], index) => [name, cells[index] ?? ''])
    .filter((line) => line !== '')
    .join('\n');
}

/** Names with their figures, in groups side by side; beneath each other where a terminal is too narrow. */
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
