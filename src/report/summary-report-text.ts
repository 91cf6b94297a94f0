import { printable } from '../printable.ts';
import { formatSummaryRow, SUMMARY_COLUMNS, type SummaryRow } from '../samples/summary-report.ts';
import { alignedTable } from './table.ts';

const ALIGNMENTS = SUMMARY_COLUMNS.map((_, index): 'left' | 'right' => (index === 0 ? 'left' : 'right'));

/** JMeter's Summary Report: its columns and formats, with the labels on lines of their own where it is narrow. */
export function summaryReportText(rows: readonly SummaryRow[], columns: number | null): string {
  const cells = rows.map((row) => formatSummaryRow(row).map((cell) => printable(cell)));
  const wide = alignedTable([SUMMARY_COLUMNS, ...cells], ALIGNMENTS);
  if (columns === null || widestLine(wide) <= columns) return wide;
  return narrow(cells);
}

function narrow(cells: readonly (readonly string[])[]): string {
  const head = SUMMARY_COLUMNS.slice(1).map((name) =>
    name.replace(' KB', '\nKB').replace(/\. /, '.\n').replace('# ', '#\n'),
  );
  const lines = alignedTable([head, ...cells.map((row) => row.slice(1))], ALIGNMENTS.slice(1), ' ').split(
    '\n',
  );
  const headLines = lines.length - cells.length;
  return [
    ...lines.slice(0, headLines),
    ...cells.flatMap(([label = ''], index) => [label, lines[headLines + index] ?? '']),
  ].join('\n');
}

function widestLine(text: string): number {
  return Math.max(...text.split('\n').map((line) => line.length));
}
