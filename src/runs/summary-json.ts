import { z } from 'zod';
import type { StatisticsSummary } from '../samples/statistics.ts';
import type { SummaryRow } from '../samples/summary-report.ts';
import { replaceJson } from './json-file.ts';
import { latencyMs } from './latency-ms.ts';
import { readJsonIfThere } from './read-json.ts';
import { type RunFolder, runFiles } from './run-folder.ts';

const row: z.ZodType<SummaryRow> = z.object({
  label: z.string(),
  samples: z.number(),
  averageMs: z.number(),
  minMs: z.number(),
  maxMs: z.number(),
  standardDeviationMs: z.number(),
  errorRatio: z.number(),
  throughputPerSecond: z.number(),
  receivedKbPerSecond: z.number(),
  sentKbPerSecond: z.number(),
  averageBytes: z.number(),
});

const statistics: z.ZodType<StatisticsSummary> = z.object({
  samples: z.number(),
  acked: z.number(),
  rejected: z.number(),
  indeterminate: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  bytes: z.number(),
  sentBytes: z.number(),
  firstStartMs: z.number().nullable(),
  lastEndMs: z.number().nullable(),
  throughputPerSecond: z.number(),
  responses: z.array(
    z.object({
      responseCode: z.string(),
      responseMessage: z.string(),
      outcome: z.enum(['acked', 'rejected', 'indeterminate']),
      count: z.number(),
    }),
  ),
});

const summaryRecord = z
  .object({
    schema: z.literal('qbl.summary/1'),
    run: z.string(),
    /** JMeter's Summary Report: a row for each label, and TOTAL. */
    rows: z.array(row).readonly(),
    statistics,
    /** From the start of a sample to its end. */
    latencyMs,
    /** From the start that the schedule intended; null without a schedule. */
    intendedLatencyMs: latencyMs.nullable(),
  })
  .readonly();

/** What summary.json says of the samples; docs/run-folder.md explains each field to its readers. */
export type SummaryRecord = z.infer<typeof summaryRecord>;

/**
 * Null when the sender has not come so far.
 * @throws QblError 'usage' when the file is damaged, or of another version
 */
export function readSummary(folder: RunFolder): Promise<SummaryRecord | null> {
  return readJsonIfThere(runFiles(folder).summary, summaryRecord);
}

export async function writeSummary(folder: RunFolder, record: SummaryRecord): Promise<void> {
  await replaceJson(runFiles(folder).summary, record);
}
