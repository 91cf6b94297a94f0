import type { AckedSamples } from '../samples/latency/acked-samples.ts';
import { percentileMs } from '../samples/latency/histogram.ts';

export const BOUND_PERCENTILE = 99;

/** Whether 99 % of all samples were acked within the limit. A sample without an ack counts as too late. */
export function keepsBound({ samples, latency }: AckedSamples, boundMs: number): boolean {
  const percentile = (BOUND_PERCENTILE * samples) / latency.totalCount;
  return percentile <= 100 && percentileMs(latency, percentile) <= boundMs;
}
