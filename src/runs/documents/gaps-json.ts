import type { LongSpans } from '../../samples/gaps/ack-times.ts';
import { FATES, type Gap } from '../../samples/gaps/gap-counts.ts';
import { z } from '../../schema/zod.ts';
import { count, durationMs } from '../json/figure-schemas.ts';
import { byName } from './counts.ts';

const gap = z
  .object({
    /** Start of the gap, in ISO 8601. */
    at: z.string(),
    /** Start of the gap, in milliseconds since the first request. */
    afterMs: durationMs(),
    lengthMs: durationMs(),
    /**
     * Whether a request was acknowledged at the end of the gap. Otherwise the gap lasted until the last
     * request.
     */
    recovered: z.boolean(),
    /**
     * Milliseconds from the first request that was not acknowledged to the first acknowledgement after it.
     */
    recoveryMs: durationMs().nullable(),
    /** Number of requests in flight during the gap, by outcome. */
    requests: z
      .object({ sent: count(), acked: count(), rejected: count(), indeterminate: count() })
      .readonly(),
    /**
     * What the verification found out about the messages of these requests. Null if they were not verified.
     */
    messages: z.object(byName(FATES, count)).readonly().nullable(),
  })
  .readonly();

/** The spans of a run in which no request was acknowledged although requests were sent. */
export const gapsRecord = z
  .object({
    /** Minimum length of a gap in milliseconds. Shorter spans are not gaps. */
    thresholdMs: durationMs(),
    /** The longest gaps, sorted by time. */
    longest: z.array(gap).readonly(),
    /** Number of gaps that `longest` leaves out. */
    more: count(),
  })
  .readonly();

export type GapsRecord = z.infer<typeof gapsRecord>;
export type GapRecord = z.infer<typeof gap>;

/**
 * Returns the gaps for the file.
 * @param isVerified whether the verification found out what happened to the messages
 */
export function gapsRecordOf(
  { thresholdMs, firstStartMs, more }: LongSpans,
  gaps: readonly Gap[],
  isVerified: boolean,
): GapsRecord {
  const longest = gaps.map(({ fromMs, lengthMs, isRecovered, recoveryMs, sent, outcomes, fates }) => ({
    at: new Date(fromMs).toISOString(),
    afterMs: fromMs - firstStartMs,
    lengthMs,
    recovered: isRecovered,
    recoveryMs,
    requests: { sent, ...outcomes },
    messages: isVerified ? fates : null,
  }));
  return { thresholdMs, longest, more };
}
