import { z } from '../../schema/zod.ts';
import { count, durationMs, epochMs, quantity } from '../json/figure-schemas.ts';
import { replaceJson } from '../json/json-file.ts';
import { latencyMs } from '../json/latency-ms.ts';
import { checkedRecord, readJsonIfThere } from '../json/read-json.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';

const rebalance = z
  .object({
    /** Time of the last observation before the rebalance, in epoch milliseconds. */
    fromMs: epochMs(),
    /** Time of the first observation after the rebalance. Null if the rebalance had not ended. */
    toMs: epochMs().nullable(),
    /** Number of members. Null if the queue does not report them. */
    membersBefore: count().nullable(),
    membersAfter: count().nullable(),
  })
  .readonly();

const reset = z
  .object({
    /** Time of the first observation with the smaller offset, in epoch milliseconds. */
    atMs: epochMs(),
    partition: count(),
    fromOffset: count(),
    toOffset: count(),
  })
  .readonly();

const listed = <T>(item: z.ZodType<T>) =>
  z
    .object({
      count: count(),
      /** The first rebalances or resets. `count` is the number of all of them. */
      first: z.array(item).readonly(),
    })
    .readonly();

/** Fields that every finished observation has. */
const END = {
  at: z.string(),
  /** Number of answers of the queue. */
  observations: count(),
  /** Number of requests for counts or offsets that the queue did not answer. */
  unanswered: count(),
  /**
   * Longest time between two answers of the queue. The recorded time of an event can be too late by up to this value.
   */
  longestGapMs: durationMs(),
  /** Messages of the run that arrived, copies included. */
  messages: count(),
  lastArrivalMs: epochMs().nullable(),
  /** Largest number of messages of the run that waited in the queue at the same time. */
  peakBacklog: count(),
  /** Messages of all senders that waited before the run. */
  waitingBefore: count(),
  /**
   * Messages per second that the service processed while messages waited. Null if messages did not wait for long
   * enough.
   */
  drainRate: z
    .object({ perSecond: quantity(), messages: count(), fromMs: epochMs(), toMs: epochMs() })
    .readonly()
    .nullable(),
} as const;

const groupEnd = z
  .object({
    ...END,
    /** State of the group at the end, in the words of the queue system. */
    state: z.string(),
    /** Number of members at the end. Null if the queue does not report them. */
    members: count().nullable(),
    mostMembers: count().nullable(),
    /** Number of messages that the group's committed offset had passed in at least one observation. */
    committed: count(),
    /** Time from the arrival of a message to the first observation in which it was committed. */
    waitMs: latencyMs.readonly(),
    /**
     * Time of the first observation in which all messages of the run were committed. Null if there was none.
     */
    allCommittedAtMs: epochMs().nullable(),
    longestAgeMs: durationMs(),
    rebalances: listed(rebalance),
    resets: listed(reset),
    /** Why it is not proven that the group committed every message. Null if it is proven. */
    notCommitted: z.string().nullable(),
  })
  .readonly();

const queueEnd = z
  .object({
    ...END,
    /** Messages that waited for a consumer at the end, of all senders. */
    ready: count(),
    /** Messages that consumers had received and not acknowledged at the end. Null if their number is not known. */
    unacknowledged: count().nullable(),
    mostUnacknowledged: count().nullable(),
    /** Number of consumers at the end. Null if the queue does not report them. */
    consumers: count().nullable(),
    mostConsumers: count().nullable(),
    /** Messages of the run that no longer waited for a consumer at the end. */
    taken: count(),
    /**
     * Start of the last period in which no observation showed a ready message. The period starts after the last
     * arrival. Null if there was no such period.
     */
    emptyAtMs: epochMs().nullable(),
    /**
     * Start of the last period in which no observation showed a ready or unacknowledged message. The period starts
     * after the last arrival. Null if there was no such period, or if the number of unacknowledged messages is not
     * known.
     */
    acknowledgedAtMs: epochMs().nullable(),
    /** Why it is not proven that consumers acknowledged every message. Null if it is proven. */
    notAcknowledged: z.string().nullable(),
  })
  .readonly();

/** Fields that every record has. */
const RECORD = {
  schema: z.literal('qbl.observed-service/1'),
  run: z.string(),
  queue: z.string(),
  /** Planned time between two observations. */
  intervalMs: durationMs(),
  startedAt: z.string(),
} as const;

/** A service that is observed by the committed offsets of its consumer group. */
const observedGroup = z
  .object({
    ...RECORD,
    observedBy: z.literal('group'),
    group: z.string(),
    /** The results. Null while `qbl verify` still observes the service, or if `qbl verify` was killed. */
    end: groupEnd.nullable(),
  })
  .readonly();

/** A service that is observed by the counts of its queue. */
const observedQueue = z
  .object({
    ...RECORD,
    observedBy: z.literal('queue'),
    /** Maximum age of the counts of ready messages, in milliseconds, when the queue reports them. */
    readyAgeMs: durationMs(),
    /** Maximum age of the counts of unacknowledged messages. Null if the queue does not report them. */
    unacknowledgedAgeMs: durationMs().nullable(),
    /** The results. Null while `qbl verify` still observes the service, or if `qbl verify` was killed. */
    end: queueEnd.nullable(),
  })
  .readonly();

const observedService = z.discriminatedUnion('observedBy', [observedGroup, observedQueue]);

/** The content of observed-service.json. docs/run-folder.md explains each field. */
export type ObservedService = z.infer<typeof observedService>;
export type ObservedGroupRecord = z.infer<typeof observedGroup>;
export type ObservedQueueRecord = z.infer<typeof observedQueue>;
export type GroupEnd = z.infer<typeof groupEnd>;
export type QueueEnd = z.infer<typeof queueEnd>;
export type ObservedEnd = GroupEnd | QueueEnd;
export type Rebalance = z.infer<typeof rebalance>;
export type Reset = z.infer<typeof reset>;

/** Maximum number of rebalances and of resets that are kept. */
export const MAX_LISTED = 100;

/**
 * Writes observed-service.json.
 * @throws QblError 'environment' when it cannot be written, or if a number is out of range
 */
export async function writeObservedService(folder: RunFolder, record: ObservedService): Promise<void> {
  const file = runFiles(folder).observedService;
  await replaceJson(file, checkedRecord(file, record, observedService));
}

/**
 * Reads observed-service.json. Null if no service was observed.
 * @throws QblError 'usage' when the file is damaged, or of another version
 */
export function readObservedService(folder: RunFolder): Promise<ObservedService | null> {
  return readJsonIfThere(runFiles(folder).observedService, observedService);
}
