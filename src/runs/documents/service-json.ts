import { formatWork, readWork, WORK_EXPECTED } from '../../capacity/work.ts';
import { z } from '../../schema/zod.ts';
import { count, durationMs, epochMs, quantity, share } from '../json/figure-schemas.ts';
import { replaceJson } from '../json/json-file.ts';
import { queueUrl } from '../json/queue-url-schema.ts';
import { readJsonIfThere } from '../json/read-json.ts';
import { SAME_CLOCK_MS } from '../json/same-clock.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';

/** A work time. In the file it is text, as the value of `--work`. In memory it is a value of type Work. */
const work = z.string().transform((text, context) => {
  const read = readWork(text);
  if (read === null) context.addIssue({ code: 'custom', message: `expected ${WORK_EXPECTED}` });
  return read ?? z.NEVER;
});

const spanMs = z.object({ fromMs: durationMs(), toMs: durationMs() }).readonly();

const serviceOptions = z
  .object({
    queue: queueUrl,
    group: z.string(),
    instances: count(),
    concurrency: count(),
    /** Number of attempts per second that one instance starts. Null without a limit. */
    ratePerSecond: quantity().nullable(),
    /** Work time of one attempt. Null if no work time is configured. */
    work: work.nullable(),
    failShare: share(),
    maxAttempts: count(),
    /** URL of the dead-letter queue. Null if the work never fails. */
    deadLetter: z.string().nullable(),
    /** Outages. Their times count from the first message. */
    outages: z.array(spanMs).readonly(),
    drain: z.boolean(),
  })
  .readonly();

const serviceEnd = z
  .object({
    at: z.string(),
    /** Number of processed messages of the run. A redelivered message counts each time. */
    processed: count(),
    attempts: count(),
    /** Number of failed attempts. */
    failed: count(),
    deadLettered: count(),
    redelivered: count(),
    /**
     * Number of messages of other runs, or of no run, that were processed or dead-lettered. `busiestSecond` includes
     * them too, but no other count does.
     */
    others: count(),
    /** Messages per second, from the first start of work to the last end of work. */
    perSecond: quantity(),
    /** Largest number of attempts that started within one second. */
    busiestSecond: count(),
    /** Longest time from a message's arrival to the first start of work on it. Null if no arrival time is known. */
    longestWaitMs: durationMs().nullable(),
    /** Longest time from a message's arrival to the end of its last attempt. Null if no arrival time is known. */
    longestUntilProcessedMs: durationMs().nullable(),
    /**
     * The time from which `longestWaitMs` and `longestUntilProcessedMs` count. `queue`: the queue's timestamp of each
     * message. `sender`: for some messages, only the send time was known.
     */
    waitSince: z.enum(['queue', 'sender']).nullable(),
    /**
     * Longest time by which work on a message started before the message arrived. Null if no arrival time is known.
     * Older versions of qbl do not write this field.
     */
    clockAheadMs: durationMs().nullable().optional(),
    /** Time when the last work ended, in epoch milliseconds. */
    lastEndMs: epochMs().nullable(),
    peakBacklog: count().nullable(),
    longestAgeMs: durationMs().nullable(),
    /**
     * The configured and the achieved rate of the service, in the period in which more messages waited than the service
     * can process at once. Null if that period was too short.
     */
    pace: z
      .object({
        configuredPerSecond: quantity(),
        achievedPerSecond: quantity(),
        backlogMs: durationMs(),
        isKept: z.boolean(),
      })
      .readonly()
      .nullable(),
  })
  .readonly();

export type ServicePace = NonNullable<z.infer<typeof serviceEnd>['pace']>;

const startAndEnd = { startedAt: z.string(), end: serviceEnd.nullable() };

const serviceRecord = z
  .object({
    schema: z.literal('qbl.service/1'),
    /** ID of the run. Null if the service belongs to no run. */
    run: z.string().nullable(),
    options: serviceOptions,
    ...startAndEnd,
    /** Earlier services of this run, oldest first. */
    earlier: z.array(z.object(startAndEnd).readonly()).readonly(),
  })
  .readonly();

/**
 * Returns by how much the clock that recorded the arrivals was ahead of the service's clock. The true waits are then
 * longer than the measured ones. Null if nothing shows that the clocks differ.
 */
export function provenClockAheadMs({ clockAheadMs: aheadMs }: ServiceEnd): number | null {
  return typeof aheadMs === 'number' && aheadMs > SAME_CLOCK_MS ? aheadMs : null;
}

/**
 * The content of service.json. docs/run-folder.md explains each field. The field `end` is null if the service was
 * killed.
 */
export type ServiceRecord = z.infer<typeof serviceRecord>;
export type ServiceSettings = z.infer<typeof serviceOptions>;
export type ServiceEnd = z.infer<typeof serviceEnd>;

export function serviceJson(record: ServiceRecord): unknown {
  const { work } = record.options;
  return { ...record, options: { ...record.options, work: work === null ? null : formatWork(work) } };
}

/**
 * Writes service.json.
 * @throws QblError 'environment' if the file cannot be written
 */
export async function writeService(folder: RunFolder, record: ServiceRecord): Promise<void> {
  await replaceJson(runFiles(folder).service, serviceJson(record));
}

/**
 * Reads service.json. Null if the run had no service.
 * @throws QblError 'usage' if the file is damaged, or from another version
 */
export function readService(folder: RunFolder): Promise<ServiceRecord | null> {
  return readJsonIfThere(runFiles(folder).service, serviceRecord);
}
