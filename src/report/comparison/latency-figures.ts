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
 * The percentiles do not include negative latencies. Up to this share of the messages, the median is at most the 50.5th
 * percentile of all messages, and p99 is at most their 99.01st percentile.
 */
const MAX_NEGATIVE_SHARE = 0.01;

/**
 * Returns the figures of the end-to-end latency. There are no figures if the clocks differ: the true latencies of all
 * messages then differ from the measured ones.
 */
export function latencyFigures(verification: VerifyRecord | null): LatencyFigures {
  if (verification === null || verification.latencyMs.count === 0) return NONE;
  const { latencyMs, latencySource } = verification;
  if (latencySource === 'mixed' || -latencyMs.mostNegative > SAME_CLOCK_MS) return NONE;
  const { p50, p99, max, count, negative } = latencyMs;
  if (!isOfAll(verification)) return { exact: {}, atLeast: { 'e2e-max': max } };
  if (negative > MAX_NEGATIVE_SHARE * (count + negative)) return { exact: { 'e2e-max': max }, atLeast: {} };
  return { exact: { 'e2e-p50': p50, 'e2e-p99': p99, 'e2e-max': max }, atLeast: {} };
}

/**
 * Whether the latency of every message that arrived is known, and no further acknowledged message can have arrived.
 * Messages without a latency, messages after the end of an incomplete reading, or messages that were removed before the
 * reading may be slower than all others.
 */
function isOfAll({ drained, lost, reasons, received, latencyMs }: VerifyRecord): boolean {
  const isEachTimed = latencyMs.count + latencyMs.negative >= received;
  return isEachTimed && drained && (lost === 0 || reasons.some(({ kind }) => kind === 'lost'));
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
