import { readFile } from 'node:fs/promises';
import { QblError } from '../error.ts';
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

/**
 * What a sender of the same version wrote.
 * @throws QblError 'environment' when there is none, or it is damaged
 */
export async function readSummary(folder: RunFolder): Promise<SummaryRecord> {
  const { summary } = runFiles(folder);
  try {
    return JSON.parse(await readFile(summary, 'utf8')) as SummaryRecord;
  } catch (error) {
    throw new QblError('environment', `cannot read ${summary}: ${(error as Error).message}`);
  }
}

export async function writeSummary(folder: RunFolder, record: SummaryRecord): Promise<void> {
  await replaceJson(runFiles(folder).summary, record);
}
