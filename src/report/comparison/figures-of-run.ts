import { isDrainTooShort, readProcessed } from '../../comparison/processed.ts';
import { type FailReason, isFailReason } from '../../runs/documents/reasons.ts';
import { provenClockAheadMs, readService } from '../../runs/documents/service-json.ts';
import { readSummary, type SummaryRecord } from '../../runs/documents/summary-json.ts';
import { readVerification, type VerifyRecord } from '../../runs/documents/verify-json.ts';
import type { LatencySource } from '../../runs/json/end-to-end-latency.ts';
import type { RunFolder } from '../../runs/run-folder.ts';
import { offenceFacts } from '../verdict/counts.ts';
import { type CountName, failsAlways, KINDS } from '../verdict/kinds.ts';
import { latencyFigures } from './latency-figures.ts';

/** The figures that can be compared, with their units. */
const UNITS = {
  p50: 'ms',
  p90: 'ms',
  p95: 'ms',
  p99: 'ms',
  'p99.9': 'ms',
  max: 'ms',
  mean: 'ms',
  throughput: '/s',
  errors: '%',
  'e2e-p50': 'ms',
  'e2e-p99': 'ms',
  'e2e-max': 'ms',
  backlog: '',
  wait: 'ms',
  drain: 'ms',
  lost: '',
  'hop-missing': '',
  'hop-repeated': '',
  'hop-never-sent': '',
} as const;

export type Metric = keyof typeof UNITS;
/** The unit of a figure. Empty for counts. */
export type Unit = (typeof UNITS)[Metric];

export const METRICS = Object.keys(UNITS) as readonly Metric[];

export function unitOf(metric: Metric): Unit {
  return UNITS[metric];
}

/** The figures of a run. Null for a figure that the run does not have. */
type Figures = Readonly<Record<Metric, number | null>>;

export interface RunFigures {
  /** The name of the run in the comparison. */
  readonly run: string;
  readonly figures: Figures;
  /**
   * Lowest possible values of figures whose true values can be higher, because evidence is missing. For example: a
   * count of messages with a proven problem, if more messages may have the problem. Also the peaks of a service that
   * may have left messages in the queue, its longest wait and its drain if the clocks differ, and the longest known
   * latency. Such figures are not in `figures`.
   */
  readonly atLeast: Partial<Figures>;
  /** Where the arrival times in the end-to-end latency come from. Null if no arrival time is known. */
  readonly latencySource: LatencySource | null;
}

/**
 * Reads the figures of a run from summary.json, verify.json and service.json. If a file is missing, its figures are
 * null.
 */
export async function figuresOf(folder: RunFolder, name = folder.id): Promise<RunFigures> {
  const [summary, verification] = await Promise.all([readSummary(folder), readVerification(folder)]);
  const service = await serviceFigures(folder, summary, verification);
  const latency = latencyFigures(verification);
  const counts = countFigures(verification);
  return {
    run: name,
    figures: {
      ...NO_FIGURES,
      ...httpFigures(summary),
      ...latency.exact,
      ...service.exact,
      ...counts.exact,
    },
    atLeast: { ...latency.atLeast, ...service.atLeast, ...counts.atLeast },
    latencySource: verification?.latencySource ?? null,
  };
}

const NO_FIGURES = Object.fromEntries(METRICS.map((metric) => [metric, null])) as Figures;

function httpFigures(summary: SummaryRecord | null): Partial<Figures> {
  if (summary === null || summary.statistics.samples === 0) return {};
  const { latencyMs, statistics } = summary;
  const { p50, p90, p95, p99, p999, max, mean } = latencyMs;
  const latency = { p50, p90, p95, p99, 'p99.9': p999, max, mean };
  const errors = (statistics.failed / statistics.samples) * 100;
  return { ...latency, throughput: statistics.throughputPerSecond, errors };
}

/** For each metric that counts messages with a problem, the count in verify.json that proves the problem. */
const OFFENCES = {
  lost: 'lost',
  'hop-missing': 'missing',
  'hop-repeated': 'repeated',
  'hop-never-sent': 'neverSent',
} as const satisfies Partial<Record<Metric, CountName>>;

type CountMetric = keyof typeof OFFENCES;

const COUNT_METRICS = Object.keys(OFFENCES) as readonly CountMetric[];

/**
 * Whether the metric counts messages with a problem. One run with such a message matters, even if no other
 * run has such a message.
 */
export function countsOffences(metric: Metric): metric is CountMetric {
  return metric in OFFENCES;
}

/**
 * Returns the counts that verify.json has. A count has no figure if it is not proven: if the queue or the hops were not
 * read, if messages may exist although they were not found, or if a verification without --exactly-once did not prove
 * repeats. If a problem is proven and other evidence is missing, more messages may have the problem.
 */
function countFigures(verification: VerifyRecord | null): Parted {
  const exact: Partial<Record<Metric, number>> = {};
  const atLeast: Partial<Record<Metric, number>> = {};
  if (verification === null || verification.reading === 'none') return { exact, atLeast };
  const facts = offenceFacts(verification);
  const isWhole = verification.reasons.every(({ kind }) => isFailReason(kind));
  for (const metric of COUNT_METRICS) {
    const { name, offence } = KINDS[OFFENCES[metric]];
    const fact = facts.find((each) => each.name === name);
    if (fact?.state === 'proven') (isWhole ? exact : atLeast)[metric] = fact.count;
    if (fact?.state === 'none' && isJudged(offence, verification)) exact[metric] = 0;
  }
  return { exact, atLeast };
}

/** Whether the verification reports this problem. Some problems are reported only with --exactly-once. */
function isJudged(offence: FailReason | undefined, { rules }: VerifyRecord): boolean {
  return offence !== undefined && (failsAlways(offence) || rules.exactlyOnce);
}

interface Parted {
  readonly exact: Partial<Figures>;
  readonly atLeast: Partial<Figures>;
}

/**
 * Returns the figures that service.json has. If messages were or may have been left in the queue, the true peaks can be
 * higher, and there is no `drain`. There are no figures if the run had several services, because the file has only the
 * figures of the last service.
 */
async function serviceFigures(
  folder: RunFolder,
  summary: SummaryRecord | null,
  verification: VerifyRecord | null,
): Promise<Parted> {
  const service = await readService(folder);
  if (service === null || service.end === null || service.earlier.length > 0)
    return { exact: {}, atLeast: {} };
  const { peakBacklog, longestWaitMs, deadLettered } = service.end;
  const processed = await readProcessed(folder, service.end);
  const given = { unprocessed: 0, deadLettered, ...verification?.service };
  // Prefers the count of acked messages in verify.json, because summary.json also counts requests that send no message.
  const acked = verification?.acked ?? summary?.statistics.acked ?? Number.POSITIVE_INFINITY;
  const taken = (processed?.messages ?? 0) + given.deadLettered;
  const isEach = processed !== null && given.unprocessed === 0 && taken >= acked;
  const [backlog, wait] = [{ backlog: peakBacklog }, { wait: longestWaitMs }];
  if (!isEach) return { exact: {}, atLeast: { ...backlog, ...wait } };
  const startMs = summary?.statistics.firstStartMs ?? null;
  const isDrained = given.deadLettered === 0 && processed.messages > 0 && startMs !== null;
  const drain = { drain: isDrained ? processed.lastAtMs - startMs : null };
  const isWaitTooShort = provenClockAheadMs(service.end) !== null;
  const isShort = isDrainTooShort(service.end, processed);
  return {
    exact: { ...backlog, ...(isWaitTooShort ? {} : wait), ...(isShort ? {} : drain) },
    atLeast: { ...(isWaitTooShort ? wait : {}), ...(isShort ? drain : {}) },
  };
}

/** Returns the figure of each run. Null if a run does not have the figure. */
export function valuesOf(runs: readonly RunFigures[], metric: Metric): readonly number[] | null {
  const values = runs.map(({ figures }) => figures[metric]).filter((value) => value !== null);
  return values.length === runs.length && values.length > 0 ? values : null;
}

export interface Worst {
  readonly run: string;
  readonly value: number;
}

/** Returns the run with the largest figure or proven count. Null if no run has a figure or a proven count. */
export function worstOf(runs: readonly RunFigures[], metric: Metric): Worst | null {
  let worst: Worst | null = null;
  for (const { run, figures, atLeast } of runs) {
    const value = figures[metric] ?? atLeast[metric] ?? null;
    if (value !== null && value > (worst?.value ?? Number.NEGATIVE_INFINITY)) worst = { run, value };
  }
  return worst;
}

/** Returns the median of the runs. Null if a run does not have the figure. */
export function medianOf(runs: readonly RunFigures[], metric: Metric): number | null {
  return median(valuesOf(runs, metric));
}

/** Returns the lowest possible median, if figures of some runs can be higher. Null if a run does not have the figure. */
export function leastMedianOf(runs: readonly RunFigures[], metric: Metric): number | null {
  const least = runs.map(({ figures, atLeast, ...run }) => ({
    ...run,
    atLeast,
    figures: { ...figures, [metric]: figures[metric] ?? atLeast[metric] ?? null },
  }));
  return medianOf(least, metric);
}

/** Returns the middle value, or the mean of the two middle values. */
function median(values: readonly number[] | null): number | null {
  if (values === null) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
