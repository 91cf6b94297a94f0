import type { VerifyRecord } from '../../runs/documents/verify-json.ts';
import type { LatencySource } from '../../runs/json/end-to-end-latency.ts';
import { SAME_CLOCK_MS } from '../../runs/json/same-clock.ts';

/** The figures of the end-to-end latency. */
type LatencyMetric = 'e2e-p50' | 'e2e-p99' | 'e2e-max';

type Latencies = Partial<Record<LatencyMetric, number>>;

/** The figures that are exact, and the lowest possible values of figures whose true values can be higher. */
interface LatencyFigures {
  readonly exact: Latencies;
  readonly atLeast: Latencies;
}

const NONE: LatencyFigures = { exact: {}, atLeast: {} };

/**
 * Returns the figures of the end-to-end latency. There are no figures if the clocks differ: the true latencies of all
 * messages differ from the measured ones, and the negative ones are left out.
 */
export function latencyFigures(verification: VerifyRecord | null): LatencyFigures {
  if (verification === null || verification.latencyMs.count === 0) return NONE;
  const { latencyMs, latencySource } = verification;
  if (latencySource === 'mixed' || -latencyMs.mostNegative > SAME_CLOCK_MS) return NONE;
  const { p50, p99, max } = latencyMs;
  if (!isOfAll(verification)) return { exact: {}, atLeast: { 'e2e-max': max } };
  return { exact: { 'e2e-p50': p50, 'e2e-p99': p99, 'e2e-max': max }, atLeast: {} };
}

/**
 * Whether no further acknowledged message can have arrived. The messages after the end of an incomplete reading, or
 * messages that were removed before the reading, may be slower than all others.
 */
function isOfAll({ drained, lost, reasons }: VerifyRecord): boolean {
  return drained && (lost === 0 || reasons.some(({ kind }) => kind === 'lost'));
}

interface MeasuredRun {
  /** Where the arrival times of the messages come from. Null if no arrival time is known. */
  readonly latencySource: LatencySource | null;
}

/** Returns the kinds of arrival times in the runs if a metric depends on them and the runs have several kinds. */
export function differentSources(metric: string, runs: readonly MeasuredRun[]): readonly LatencySource[] {
  if (!metric.startsWith('e2e-')) return [];
  const sources = new Set(runs.flatMap(({ latencySource }) => latencySource ?? []));
  return sources.size > 1 ? [...sources] : [];
}
