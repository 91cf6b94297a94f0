import { z } from 'zod';
import { count, durationMs, epochMs, quantity } from '../json/figure-schemas.ts';
import { replaceJson } from '../json/json-file.ts';
import { latencyMs } from '../json/latency-ms.ts';
import { checkedRecord, readJsonIfThere } from '../json/read-json.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';

const rebalance = z
  .object({
    /** The last observation before it. Epoch milliseconds. */
    fromMs: epochMs(),
    /** The first observation after it. Null if it had not ended. */
    toMs: epochMs().nullable(),
    /** Number of members. Null if the queue does not report them. */
    membersBefore: count().nullable(),
    membersAfter: count().nullable(),
  })
  .readonly();

const reset = z
  .object({
    /** The first observation with the smaller offset. Epoch milliseconds. */
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
      /** The first ones. */
      first: z.array(item).readonly(),
    })
    .readonly();

const observedEnd = z
  .object({
    at: z.string(),
    /** Number of answers of the queue. */
    observations: count(),
    /** Number of questions that the queue did not answer. */
    unanswered: count(),
    /** Longest time between two answers. A message was committed at most this long before it was seen as committed. */
    longestGapMs: durationMs(),
    /** State of the group at the end, in the words of the queue system. */
    state: z.string(),
    /** Number of members at the end. Null if the queue does not report them. */
    members: count().nullable(),
    mostMembers: count().nullable(),
    /** Messages of the run that arrived, copies included. */
    messages: count(),
    /** Those that the group's committed offset had passed at some observation. */
    committed: count(),
    /** From the arrival until the first observation in which the message was committed. */
    waitMs: latencyMs.readonly(),
    lastArrivalMs: epochMs().nullable(),
    /** The first observation at which all messages of the run were committed. Null if there was none. */
    allCommittedAtMs: epochMs().nullable(),
    /** Largest number of messages of the run that had arrived and were not committed. */
    peakBacklog: count(),
    longestAgeMs: durationMs(),
    /** Messages in the topic that the group had not committed before the run. */
    waitingBefore: count(),
    /** The rate of the commits while messages waited. Null if they did not wait for long. */
    drainRate: z
      .object({ perSecond: quantity(), messages: count(), fromMs: epochMs(), toMs: epochMs() })
      .readonly()
      .nullable(),
    rebalances: listed(rebalance),
    resets: listed(reset),
    /** Why it is not proven that the group committed every message. Null if it did. */
    notCommitted: z.string().nullable(),
  })
  .readonly();

const observedService = z
  .object({
    schema: z.literal('qbl.observed-service/1'),
    run: z.string(),
    queue: z.string(),
    group: z.string(),
    /** Planned time between two observations. */
    intervalMs: durationMs(),
    startedAt: z.string(),
    /** Null if the observation did not end: `qbl verify` still works or was killed. */
    end: observedEnd.nullable(),
  })
  .readonly();

/** The content of observed-service.json. docs/run-folder.md explains each field. */
export type ObservedService = z.infer<typeof observedService>;
export type ObservedEnd = z.infer<typeof observedEnd>;
export type Rebalance = z.infer<typeof rebalance>;
export type Reset = z.infer<typeof reset>;

/** Maximum number of rebalances and of resets that are kept. */
export const MAX_LISTED = 100;

/** @throws QblError 'environment' when it cannot be written, or if a number is out of range */
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
