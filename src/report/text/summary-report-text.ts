import { printable } from '../../printable.ts';
import { formatSummaryRow, SUMMARY_COLUMNS, type SummaryRow } from '../../samples/summary/summary-report.ts';
import { fits } from './layout.ts';
import { alignedTable, namedTable } from './table.ts';

const ALIGNMENTS = SUMMARY_COLUMNS.map((_, index): 'left' | 'right' => (index === 0 ? 'left' : 'right'));

/**
 * Returns JMeter's Summary Report, with its columns and formats. On a narrow terminal, each label gets its
 * own line. If the table is still too wide, each figure is shown with its name.
 */
export function summaryReportText(rows: readonly SummaryRow[], columns: number | null): string {
  const cells = rows.map((row) => formatSummaryRow(row).map((cell) => printable(cell)));
  const wide = alignedTable([SUMMARY_COLUMNS, ...cells], ALIGNMENTS);
  if (fits(wide, columns)) return wide;
  const labelled = narrow(cells);
  return fits(labelled, columns) ? labelled : namedTable([SUMMARY_COLUMNS, ...cells], columns);
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
