import type { Measured, MeasuredSide } from './comparison.ts';

/** Returns the values of a figure, one for each round. Empty if the program was not measured with this figure. */
function valuesOf({ rounds }: MeasuredSide, figure: string): number[] {
  return rounds.map((round) => round[figure]).filter((value) => value !== undefined);
}

export function medianOf(side: MeasuredSide, figure: string): number {
  const sorted = valuesOf(side, figure).toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** Returns the names of the figures, in the order in which the compared programs report them. */
export function figuresOf({ sides }: Measured): string[] {
  return [...new Set(sides.flatMap(({ rounds }) => rounds.flatMap((round) => Object.keys(round))))];
}

/** A table with the median and the spread of each figure, and the ratio of qbl's figure to that of each peer. */
export function comparisonTable(measured: readonly Measured[]): string {
  const header = ['comparison', 'figure', 'side', 'median', 'from', 'to', 'ratio'];
  return markdown(header, measured.flatMap(rowsOf), ['median', 'from', 'to']);
}

function rowsOf(measured: Measured): string[][] {
  const { comparison, sides, missing } = measured;
  const rows = figuresOf(measured).flatMap((figure) =>
    sides.map((side) => {
      const values = valuesOf(side, figure);
      const cells = [medianOf(side, figure), Math.min(...values), Math.max(...values)].map(numberText);
      return [comparison, figure, side.name, ...cells, ratiosOf(measured, side, figure)];
    }),
  );
  return [
    ...rows,
    ...missing.map((side) => [comparison, '', side.name, '', '', '', `missing: ${side.missing}`]),
  ];
}

function ratiosOf({ sides }: Measured, side: MeasuredSide, figure: string): string {
  if (side.isPeer) return '';
  const peers = sides.filter(({ isPeer }) => isPeer);
  return peers
    .map((peer) => `${(medianOf(side, figure) / medianOf(peer, figure)).toFixed(2)} × ${peer.name}`)
    .join(', ');
}

/** A Markdown table. The named columns have numbers, and are aligned to the right. */
export function markdown(
  header: readonly string[],
  body: readonly (readonly string[])[],
  numbers: readonly string[],
): string {
  const widths = header.map((_, column) =>
    Math.max(...[header, ...body].map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const isNumber = (column: number) => numbers.includes(header[column] ?? '');
  const padded = (row: readonly string[]) =>
    line(
      widths.map((width, column) =>
        isNumber(column) ? (row[column] ?? '').padStart(width) : (row[column] ?? '').padEnd(width),
      ),
    );
  const rule = line(
    widths.map((width, column) => (isNumber(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))),
  );
  return [padded(header), rule, ...body.map(padded)].join('\n');
}

/** Writes a number with three significant digits. The noise is larger than the fourth digit. */
export function numberText(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en');
}
