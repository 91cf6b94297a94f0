import type { RunFolder } from '../../runs/run-folder.ts';
import { readSummary } from '../../runs/summary-json.ts';

export const METRICS = ['p50', 'p90', 'p95', 'p99', 'p99.9', 'max', 'mean', 'throughput', 'errors'] as const;
export type Metric = (typeof METRICS)[number];
export type Unit = 'ms' | '/s' | '%';

/** Latencies are of HTTP, in milliseconds. */
export function unitOf(metric: Metric): Unit {
  if (metric === 'throughput') return '/s';
  return metric === 'errors' ? '%' : 'ms';
}

/** The figures of one run by which it is compared; null where the run does not have them. */
export interface RunFigures {
  readonly run: string;
  readonly figures: Readonly<Record<Metric, number | null>>;
}

/** From summary.json; all are null where it is missing or counts no sample. */
export async function figuresOf(folder: RunFolder): Promise<RunFigures> {
  const summary = await readSummary(folder);
  if (summary === null || summary.statistics.samples === 0) return { run: folder.id, figures: NO_FIGURES };
  const { latencyMs, statistics } = summary;
  return {
    run: folder.id,
    figures: {
      ...latencyMs,
      'p99.9': latencyMs.p999,
      throughput: statistics.throughputPerSecond,
      errors: (statistics.failed / statistics.samples) * 100,
    },
  };
}

const NO_FIGURES: RunFigures['figures'] = {
  p50: null,
  p90: null,
  p95: null,
  p99: null,
  'p99.9': null,
  max: null,
  mean: null,
  throughput: null,
  errors: null,
};

/** One figure of each run; null when a run lacks it. */
export function valuesOf(runs: readonly RunFigures[], metric: Metric): readonly number[] | null {
  const values = runs.map(({ figures }) => figures[metric]).filter((value) => value !== null);
  return values.length === runs.length && values.length > 0 ? values : null;
}

/** The middle value; of an even number, the mean of the two in the middle. Null when a run lacks it. */
export function medianOf(runs: readonly RunFigures[], metric: Metric): number | null {
  const sorted = valuesOf(runs, metric)?.toSorted((a, b) => a - b);
  if (sorted === undefined) return null;
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
