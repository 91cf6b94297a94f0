import type { RateKept } from '../../samples/rate-kept.ts';
import type { StatisticsSummary } from '../../samples/summary/statistics.ts';
import type { SummaryRow } from '../../samples/summary/summary-report.ts';
import { z } from '../../schema/zod.ts';
import { count, durationMs, epochMs, quantity, share } from '../json/figure-schemas.ts';
import { replaceJson } from '../json/json-file.ts';
import { latencyMs } from '../json/latency-ms.ts';
import { readJsonIfThere } from '../json/read-json.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { gapsRecord } from './gaps-json.ts';

const row: z.ZodType<SummaryRow> = z.object({
  label: z.string(),
  samples: count(),
  averageMs: durationMs(),
  minMs: durationMs(),
  maxMs: durationMs(),
  standardDeviationMs: durationMs(),
  errorRatio: share(),
  throughputPerSecond: quantity(),
  receivedKbPerSecond: quantity(),
  sentKbPerSecond: quantity(),
  averageBytes: quantity(),
});

const statistics: z.ZodType<StatisticsSummary> = z.object({
  samples: count(),
  acked: count(),
  rejected: count(),
  indeterminate: count(),
  succeeded: count(),
  failed: count(),
  bytes: count(),
  sentBytes: count(),
  firstStartMs: epochMs().nullable(),
  lastEndMs: epochMs().nullable(),
  throughputPerSecond: quantity(),
  responses: z.array(
    z.object({
      responseCode: z.string(),
      responseMessage: z.string(),
      outcome: z.enum(['acked', 'rejected', 'indeterminate']),
      count: count(),
    }),
  ),
});

const rate: z.ZodType<RateKept> = z.object({
  requestedPerSecond: quantity(),
  achievedPerSecond: quantity(),
  due: count(),
  sent: count(),
  late: count(),
  tolerance: quantity(),
  kept: z.boolean(),
});

const summaryRecord = z
  .object({
    schema: z.literal('qbl.summary/1'),
    run: z.string(),
    /** The rows of JMeter's Summary Report: one for each label, and TOTAL. */
    rows: z.array(row).readonly(),
    statistics,
    /** Latency from the start of a request to its end. */
    latencyMs,
    /** Latency from the planned start of a request to its end. Null if the plan has no rate. */
    intendedLatencyMs: latencyMs.nullable(),
    /** Requested and achieved rate. Null if the plan has no rate. */
    rate: rate.nullable(),
    /** The times without an acknowledgement. Null without requests, and in files of older versions. */
    gaps: gapsRecord.nullable().default(null),
  })
  .readonly();

/** The content of summary.json. docs/run-folder.md explains each field. */
export type SummaryRecord = z.infer<typeof summaryRecord>;

/**
 * Reads summary.json. Null if the sender has not written it yet.
 * @throws QblError 'usage' if the file is damaged, or from another version
 */
export function readSummary(folder: RunFolder): Promise<SummaryRecord | null> {
  return readJsonIfThere(runFiles(folder).summary, summaryRecord);
}

export async function writeSummary(folder: RunFolder, record: SummaryRecord): Promise<void> {
  await replaceJson(runFiles(folder).summary, record);
}
