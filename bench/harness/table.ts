import type { Measured } from './comparison.ts';

const COLUMNS = ['comparison', 'figure', 'side', 'median', 'ratio'];

/** A Markdown table with the median of each figure and its ratio to the first side. */
export function table(measured: readonly Measured[]): string {
  const rows = [COLUMNS, ...measured.flatMap(rowsOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const [header = '', ...body] = rows.map((row) => line(row, widths));
  const rule = line(
    widths.map((width, column) => (isNumber(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))),
    widths,
  );
  return [header, rule, ...body].join('\n');
}

function rowsOf({ comparison, sides }: Measured): string[][] {
  const figures = Object.keys(sides[0]?.rounds[0] ?? {});
  return figures.flatMap((figure) => {
    const medians = sides.map(({ rounds }) => median(rounds.map((round) => round[figure] ?? Number.NaN)));
    return sides.map(({ name }, index) => {
      const value = medians[index] ?? Number.NaN;
      return [comparison, figure, name, number(value), ratio(value / (medians[0] ?? Number.NaN))];
    });
  });
}

function line(cells: readonly string[], widths: readonly number[]): string {
  const padded = cells.map((cell, column) => {
    const width = widths[column] ?? 0;
    return isNumber(column) ? cell.padStart(width) : cell.padEnd(width);
  });
  return `| ${padded.join(' | ')} |`;
}

function isNumber(column: number): boolean {
  return column >= COLUMNS.indexOf('median');
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

/** Writes a number with three significant digits. The noise is larger than the fourth digit. */
function number(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en');
}

function ratio(value: number): string {
  return value.toFixed(2);
}
