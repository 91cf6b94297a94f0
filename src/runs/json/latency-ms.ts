import type { LatencyMs } from '../../samples/latency/histogram.ts';
import { z } from '../../schema/zod.ts';
import { count, durationMs } from './figure-schemas.ts';

/** A summary of latencies in the files of a run, in milliseconds. */
export const latencyMs = z.object({
  count: count(),
  mean: durationMs(),
  min: durationMs(),
  p50: durationMs(),
  p90: durationMs(),
  p95: durationMs(),
  p99: durationMs(),
  p999: durationMs(),
  max: durationMs(),
}) satisfies z.ZodType<LatencyMs>;
