import Table from 'cli-table3';

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
