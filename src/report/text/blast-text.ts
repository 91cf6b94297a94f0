import { printable } from '../../printable.ts';
import type { SummaryRecord } from '../../runs/documents/summary-json.ts';
import { responseText } from '../../samples/outcome.ts';
import type { RateKept } from '../../samples/rate-kept.ts';
import type { StatisticsSummary } from '../../samples/summary/statistics.ts';
import { formatCount } from '../figures.ts';
import { gapsFact } from '../verdict/gaps.ts';
import { gapsText } from './gaps-text.ts';
import { percentilesText } from './histogram-text.ts';
import { flow } from './layout.ts';
import type { Style } from './style.ts';
import { summaryReportText } from './summary-report-text.ts';
import { alignedTable } from './table.ts';

/**
 * Returns the text of a sender's results: the Summary Report, the percentiles, the outcomes by response, and
 * the gaps.
 */
export function blastText(record: SummaryRecord, columns: number | null, style: Style): string {
  const { rows, statistics, latencyMs, intendedLatencyMs, rate } = record;
  const parts = [
    `${style.bold('Summary Report')}\n${summaryReportText(rows, columns)}`,
    `${style.bold('Latency')}, from the start to the end of a sample\n${percentilesText(latencyMs, columns)}`,
  ];
  if (intendedLatencyMs !== null) {
    parts.push(
      `${style.bold('Latency')}, from the scheduled start to the end of a sample\n${percentilesText(intendedLatencyMs, columns)}`,
    );
  }
  if (rate !== null) parts.push(`${style.bold('Rate')}\n${rateText(rate, columns, style)}`);
  parts.push(`${style.bold('Outcomes')}\n${outcomesText(statistics, style)}`);
  const gaps = gapsFact(null, record);
  if (gaps !== null) parts.push(gapsText(gaps, columns, style));
  return parts.join('\n\n');
}

function rateText(
  { requestedPerSecond, achievedPerSecond, due, sent, late, kept }: RateKept,
  columns: number | null,
  style: Style,
): string {
  const achieved = `${achievedPerSecond.toPrecision(3)}/s`;
  const parts = [
    `requested ${requestedPerSecond}/s`,
    `achieved ${kept ? achieved : style.red(achieved)}`,
    `due ${formatCount(due)}`,
    `sent in time ${formatCount(sent)}`,
    `late by more than 1 s ${formatCount(late)}`,
  ];
  return flow(parts, columns, '   ');
}

function outcomesText({ responses }: StatisticsSummary, style: Style): string {
  const paint = { acked: style.green, rejected: style.yellow, indeterminate: style.red };
  return alignedTable(
    responses.map(({ outcome, count, responseCode, responseMessage }) => [
      paint[outcome](outcome),
      formatCount(count),
      printable(responseText(responseCode, responseMessage), 100),
    ]),
    ['left', 'right', 'left'],
  );
}
