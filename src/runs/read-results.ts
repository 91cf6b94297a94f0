import { z } from 'zod';
import { readJsonIfThere } from './read-json.ts';
import { type RunFolder, runFiles } from './run-folder.ts';

/** What a report reads of summary.json and verify.json; other fields may be added to the files at any time. */

const latencyMs = z.object({
  count: z.number(),
  mean: z.number(),
  min: z.number(),
  p50: z.number(),
  p90: z.number(),
  p95: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
});

const summaryRow = z.object({
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

const summary = z.object({
  schema: z.literal('qbl.summary/1'),
  rows: z.array(summaryRow),
  statistics: z.object({
    samples: z.number(),
    acked: z.number(),
    rejected: z.number(),
    indeterminate: z.number(),
    failed: z.number(),
    throughputPerSecond: z.number(),
  }),
  latencyMs,
});

export type ReadSummary = z.infer<typeof summary>;

/** Null when the sender has not come so far. */
export function readSummary(folder: RunFolder): Promise<ReadSummary | null> {
  return readJsonIfThere(runFiles(folder).summary, summary);
}

const identity = z.object({
  run: z.string(),
  group: z.number(),
  thread: z.number(),
  loop: z.number(),
  request: z.number(),
});

const offender = z.object({
  identity: identity.nullable(),
  place: z.object({ partition: z.number(), offset: z.number() }).nullable(),
});

const counts = z.object({
  sent: z.number(),
  acked: z.number(),
  rejected: z.number(),
  indeterminate: z.number(),
  received: z.number(),
  lost: z.number(),
  duplicated: z.number(),
  phantom: z.number(),
  unexpected: z.number(),
  corrupt: z.number(),
  enriched: z.number(),
  recovered: z.number(),
  unresolved: z.number(),
  outOfOrder: z.number(),
  foreign: z.number(),
});

const verification = counts.extend({
  schema: z.literal('qbl.verify/1'),
  verdict: z.enum(['pass', 'fail', 'unknown']),
  reasons: z.array(z.object({ kind: z.string(), count: z.number().nullable(), text: z.string() })),
  run: z.string(),
  queue: z.string(),
  reading: z.string(),
  deliveries: z.number(),
  drained: z.boolean(),
  read: z.array(z.object({ partition: z.number(), from: z.number(), to: z.number().nullable() })),
  latencySource: z.string().nullable(),
  latencyMs: latencyMs.extend({ negative: z.number(), mostNegative: z.number() }),
  offenders: z.record(z.string(), z.array(offender)),
});

export type ReadVerification = z.infer<typeof verification>;
export type ReadOffender = z.infer<typeof offender>;

/** Null when the run was not verified yet. */
export function readVerification(folder: RunFolder): Promise<ReadVerification | null> {
  return readJsonIfThere(runFiles(folder).verify, verification);
}

const comparison = z.object({
  schema: z.literal('qbl.compare/1'),
  title: z.string(),
  columns: z.array(z.string()),
  rows: z.array(
    z.object({
      name: z.string(),
      unit: z.string(),
      cells: z.array(z.union([z.number(), z.string(), z.null()])),
    }),
  ),
  notes: z.array(z.string()),
});

export type ReadComparison = z.infer<typeof comparison>;

/** Null when nothing was compared within the run. */
export function readComparison(folder: RunFolder): Promise<ReadComparison | null> {
  return readJsonIfThere(runFiles(folder).compare, comparison);
}
