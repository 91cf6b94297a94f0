import { z } from 'zod';
import { formatWork, readWork, WORK_EXPECTED } from '../../capacity/work.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { count, durationMs, epochMs, quantity, share } from './figure-schemas.ts';
import { replaceJson } from './json-file.ts';
import { readJsonIfThere } from './read-json.ts';

/** Text as `--work` takes it; a value in memory. */
const work = z.string().transform((text, context) => {
  const read = readWork(text);
  if (read === null) context.addIssue({ code: 'custom', message: `expected ${WORK_EXPECTED}` });
  return read ?? z.NEVER;
});

const spanMs = z.object({ fromMs: durationMs(), toMs: durationMs() }).readonly();

const serviceOptions = z
  .object({
    queue: z.string(),
    group: z.string(),
    instances: count(),
    concurrency: count(),
    /** Rate of each instance. Null if there is no limit. */
    ratePerSecond: quantity().nullable(),
    /** Null if there is no work. */
    work: work.nullable(),
    failShare: share(),
    maxAttempts: count(),
    /** Null if the work never fails. */
    deadLetter: z.string().nullable(),
    /** Outages, as times since the first message. */
    outages: z.array(spanMs).readonly(),
    drain: z.boolean(),
  })
  .readonly();

const serviceEnd = z
  .object({
    at: z.string(),
    /** Processed messages of the run. A redelivered message counts each time. */
    processed: count(),
    attempts: count(),
    /** Failed attempts. */
    failed: count(),
    deadLettered: count(),
    /** Messages that the queue redelivered. */
    redelivered: count(),
    /**
     * Messages of other runs or of no run that were processed or dead-lettered. No other count includes them, except
     * `busiestSecond`.
     */
    others: count(),
    /** Rate between the first start of work and the last end. */
    perSecond: quantity(),
    /** Highest number of works that began within one second. */
    busiestSecond: count(),
    /** Longest time from a message's arrival to the first start of its work. Null if no arrival time is known. */
    longestWaitMs: durationMs().nullable(),
    /** Longest time from a message's arrival to the end of its last attempt. Null if no arrival time is known. */
    longestUntilProcessedMs: durationMs().nullable(),
    /**
     * The start of both times. `queue`: each message had a timestamp of the queue. `sender`: some messages only had
     * their send time.
     */
    waitSince: z.enum(['queue', 'sender']).nullable(),
    /** End of the last work, epoch milliseconds. */
    lastEndMs: epochMs().nullable(),
    peakBacklog: count().nullable(),
    longestAgeMs: durationMs().nullable(),
    /** The service's rate while more messages waited than it could start. Null if they did not wait for long. */
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
    /** Null if the service belongs to no run. */
    run: z.string().nullable(),
    options: serviceOptions,
    ...startAndEnd,
    /** Earlier services of this run, the oldest first. */
    earlier: z.array(z.object(startAndEnd).readonly()).readonly(),
  })
  .readonly();

/** The content of service.json. docs/run-folder.md explains each field. The end is null if the service was killed. */
export type ServiceRecord = z.infer<typeof serviceRecord>;
export type ServiceSettings = z.infer<typeof serviceOptions>;
export type ServiceEnd = z.infer<typeof serviceEnd>;

/** The record as its file has it. */
export function serviceJson(record: ServiceRecord): unknown {
  const { work } = record.options;
  return { ...record, options: { ...record.options, work: work === null ? null : formatWork(work) } };
}

/** @throws QblError 'environment' when it cannot be written */
export async function writeService(folder: RunFolder, record: ServiceRecord): Promise<void> {
  await replaceJson(runFiles(folder).service, serviceJson(record));
}

/**
 * Reads service.json. Null if the run had no service.
 * @throws QblError 'usage' when the file is damaged, or of another version
 */
export function readService(folder: RunFolder): Promise<ServiceRecord | null> {
  return readJsonIfThere(runFiles(folder).service, serviceRecord);
}
