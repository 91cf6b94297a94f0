import { HOP_RULES } from '../../plan/hops.ts';
import { z } from '../../schema/zod.ts';
import { endToEndLatencyMs, latencySource } from '../json/end-to-end-latency.ts';
import { count, durationMs } from '../json/figure-schemas.ts';
import { byName, HOP_COUNTS } from './counts.ts';
import { offender } from './offender.ts';

/** Time from the arrival in the queue to the arrival in the hop. */
const timeFromQueue = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('measured'),
      /**
       * Where the arrival times come from, in the queue and in the hop: from live readers, or from the broker's clock.
       */
      source: z.enum(['received', 'LogAppendTime']),
      latencyMs: endToEndLatencyMs,
    })
    .readonly(),
  z
    .object({
      kind: z.literal('not-measured'),
      reason: z.enum(['no-arrival-times', 'producer-timestamps', 'other-system']),
    })
    .readonly(),
]);

/** One hop: a queue or topic to which the service writes. */
const hopVerification = z
  .object({
    name: z.string(),
    queue: z.string(),
    /** Number of all deliveries that were read, including those of other runs. */
    deliveries: count(),
    /** Messages of the queue that are in this hop. */
    received: count(),
    /** Number of messages of the queue that are in this hop more than once. */
    repeated: count(),
    /** Messages in this hop that the run never sent. */
    neverSent: count(),
    /** Messages in this hop that were sent, but were not found in the queue. */
    notInQueue: count(),
    /** Deliveries of other runs, or of no run. */
    foreign: count(),
    /** Whether the hop was read to its end. */
    drained: z.boolean(),
    latencySource: latencySource.nullable(),
    /** Latency from the send to the arrival in the hop. */
    latencyMs: endToEndLatencyMs,
    fromQueue: timeFromQueue,
  })
  .readonly();

const listed = z.array(offender).readonly();

export const hopsVerification = z
  .object({
    rule: z.enum(HOP_RULES),
    withinMs: durationMs(),
    /** How long verify waited for the outputs of the service. */
    waitedMs: durationMs(),
    /** The counts of all hops together. */
    ...byName(HOP_COUNTS, count),
    /** For each count, the first messages that it includes. */
    offenders: z.object(byName(HOP_COUNTS, () => listed)).readonly(),
    places: z.array(hopVerification).readonly(),
  })
  .readonly();

/**
 * Why the time from the queue to a hop was not measured. `no-arrival-times`: the arrival times in the queue or in the
 * hop are not known. `producer-timestamps`: only timestamps of producers are known. `other-system`: the arrival times
 * come from the clocks of two different systems.
 */
export type TimeFromQueue = z.infer<typeof timeFromQueue>;
export type HopVerification = z.infer<typeof hopVerification>;
export type HopsVerification = z.infer<typeof hopsVerification>;
/** Prefix of a tag in hops.hlog. A histogram with such a tag has the times from the queue to the hop. */
export const FROM_QUEUE_TAG = 'queue:';
export type HopOffenders = HopsVerification['offenders'];
