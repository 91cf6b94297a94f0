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
    /** Of each instance; null: no limit. */
    ratePerSecond: quantity().nullable(),
    /** Null: none. */
    work: work.nullable(),
    failShare: share(),
    maxAttempts: count(),
    /** Null: nothing ever fails. */
    deadLetter: z.string().nullable(),
    /** Since the first message. */
    outages: z.array(spanMs).readonly(),
    drain: z.boolean(),
  })
  .readonly();

const serviceEnd = z
  .object({
    at: z.string(),
    /** Messages of the run that were processed; one that the queue redelivered counts each time. */
    processed: count(),
    attempts: count(),
    /** Attempts that failed. */
    failed: count(),
    deadLettered: count(),
    /** Messages that the queue redelivered. */
    redelivered: count(),
    /** Messages of other runs or of no run, processed or dead-lettered. They count in no other figure but `busiestSecond`. */
    others: count(),
    /** From the first start of work to the last end. */
    perSecond: quantity(),
    /** The most works that began within one second. */
    busiestSecond: count(),
    /** From a message's arrival to the first start of its work; null: no time of arrival is known. */
    longestWaitMs: durationMs().nullable(),
    /** From a message's arrival to the end of its last attempt; null: no time of arrival is known. */
    longestUntilProcessedMs: durationMs().nullable(),
    /** From when both are counted. `queue`: each message had the queue's own stamp. `sender`: some only had the time of sending. */
    waitSince: z.enum(['queue', 'sender']).nullable(),
    /** When the last work ended, epoch milliseconds. */
    lastEndMs: epochMs().nullable(),
    peakBacklog: count().nullable(),
    longestAgeMs: durationMs().nullable(),
    /** Works begun in a second while more messages waited than the service could begin; null: they did not for long. */
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
    /** Null: without a run. */
    run: z.string().nullable(),
    options: serviceOptions,
    ...startAndEnd,
    /** The services of this run before it, the oldest first. */
    earlier: z.array(z.object(startAndEnd).readonly()).readonly(),
  })
  .readonly();

/** What service.json says; docs/run-folder.md explains each field to its readers. Without an end it was killed. */
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
 * The service of the run; null when it had none.
 * @throws QblError 'usage' when the file is damaged, or of another version
 */
export function readService(folder: RunFolder): Promise<ServiceRecord | null> {
  return readJsonIfThere(runFiles(folder).service, serviceRecord);
}
