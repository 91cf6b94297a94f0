import { z } from 'zod';
import type { LatencyMs } from '../samples/histogram.ts';

/** A latency as the files of a run have it. */
export const latencyMs = z.object({
  count: z.number(),
  mean: z.number(),
  min: z.number(),
  p50: z.number(),
  p90: z.number(),
  p95: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
}) satisfies z.ZodType<LatencyMs>;
