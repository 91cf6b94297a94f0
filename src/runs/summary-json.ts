import type { LatencyMs } from '../samples/histogram.ts';
import type { StatisticsSummary } from '../samples/statistics.ts';
import type { SummaryRow } from '../samples/summary-report.ts';
import { replaceJson } from './json-file.ts';
import { type RunFolder, runFiles } from './run-folder.ts';

/** What summary.json says of the samples; docs/run-folder.md explains each field to its readers. */
export interface SummaryRecord {
  readonly schema: 'qbl.summary/1';
  readonly run: string;
  /** JMeter's Summary Report: a row for each label, and TOTAL. */
  readonly rows: readonly SummaryRow[];
  readonly statistics: StatisticsSummary;
  /** From the start of a sample to its end. */
  readonly latencyMs: LatencyMs;
  /** From the start that the schedule intended; null without a schedule. */
  readonly intendedLatencyMs: LatencyMs | null;
}

export async function writeSummary(folder: RunFolder, record: SummaryRecord): Promise<void> {
  await replaceJson(runFiles(folder).summary, record);
}
