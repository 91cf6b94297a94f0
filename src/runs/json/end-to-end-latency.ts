import { z } from '../../schema/zod.ts';
import { count } from './figure-schemas.ts';
import { latencyMs } from './latency-ms.ts';

export const latencySource = z.enum(['received', 'LogAppendTime', 'CreateTime', 'mixed']);

export const endToEndLatencyMs = latencyMs
  .extend({
    /**
     * Number of messages that arrived before they were sent, because clocks differ. The latencies do not include them.
     */
    negative: count(),
    mostNegative: z.number().min(-Number.MAX_SAFE_INTEGER).max(0),
  })
  .readonly();

/**
 * Where the arrival times in the end-to-end latency come from. `received`: from a live reader. `LogAppendTime`: from
 * the broker's clock. `CreateTime`: from the clock of the proxy's client, so the latency covers only the way to the
 * proxy. `mixed`: from different kinds of timestamps.
 */
export type LatencySource = z.infer<typeof latencySource>;

/** The latencies, and the number of messages that arrived before their send time. */
export type EndToEndLatencyMs = z.infer<typeof endToEndLatencyMs>;
