import { z } from 'zod';
import type { Histogram } from '../../samples/latency/histogram.ts';
import { writeHlog } from '../../samples/latency/hlog.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { byName, OFFENCES, RUN_COUNTS, SERVICE_COUNTS } from './counts.ts';
import { count, durationMs } from './figure-schemas.ts';
import { type Incident, incident } from './incidents-json.ts';
import { replaceJson } from './json-file.ts';
import { latencyMs } from './latency-ms.ts';
import { checkedRecord, readJsonIfThere } from './read-json.ts';
import { DOUBT_KINDS, FAIL_REASON_KINDS, UNKNOWN_REASON_KINDS } from './reasons.ts';

const runCounts = byName(RUN_COUNTS, count);
const counts = {
  ...runCounts,
  /** Deliveries of other runs, or of no run. */
  foreign: count(),
};

const serviceVerification = z
  .object({
    /** Each stopped in good order. */
    ended: z.boolean(),
    ...byName(SERVICE_COUNTS, count),
    /** Rows that a killed service left half-written. */
    tornReceipts: count(),
  })
  .readonly();

const offender = z
  .object({
    identity: z
      .object({
        run: z.string(),
        group: count(),
        thread: count(),
        loop: count(),
        request: count(),
      })
      .readonly()
      .nullable(),
    place: z.object({ partition: count(), offset: count() }).readonly().nullable(),
  })
  .readonly();

const offenders = z.object(byName(OFFENCES, () => z.array(offender).readonly())).readonly();

const reason = z
  .object({
    kind: z.enum([...FAIL_REASON_KINDS, ...UNKNOWN_REASON_KINDS]),
    /** Where it is one of many messages. */
    count: count().nullable(),
    /** What was found, as a sentence for people. */
    text: z.string(),
  })
  .readonly();

/** Something that the verdict does not cover. */
const notProven = z
  .object({
    kind: z.enum(DOUBT_KINDS),
    /** What was not proven and why, as a sentence for people. */
    text: z.string(),
  })
  .readonly();

/** What was waited for at the queue's end, because one more message could have changed the verdict. */
const settling = z
  .object({
    /** `missing`: acknowledged messages; `quiet`: that no message of the runs came for the time to settle. */
    waitedFor: z.enum(['nothing', 'missing', 'quiet']),
    settleMs: durationMs(),
    waitedMs: durationMs(),
  })
  .readonly();

const verdict = z.enum(['pass', 'fail', 'unknown']);
const latencySource = z.enum(['received', 'LogAppendTime', 'CreateTime', 'mixed']);
const readingKind = z.enum(['log', 'tap', 'consumed', 'receipts']);
const partitionRead = z.object({ partition: count(), from: count(), to: count().nullable() }).readonly();

const endToEndLatencyMs = latencyMs
  .extend({
    /** Arrivals before their sending: skew of clocks, counted and left out of the figures. */
    negative: count(),
    mostNegative: z.number().min(-Number.MAX_SAFE_INTEGER).max(0),
  })
  .readonly();

const rules = z.object({ exactlyOnce: z.boolean(), ordered: z.boolean() }).readonly();

const verifyRecord = z
  .object({
    schema: z.literal('qbl.verify/1'),
    verdict,
    reasons: z.array(reason).readonly(),
    /** What the verdict does not cover, whatever it is. */
    notProven: z.array(notProven).readonly().default([]),
    /** The run's id; those of several runs, separated by commas. */
    run: z.string(),
    queue: z.string(),
    /** What was asked for beside what is always; a file that does not say it may have been asked for neither. */
    rules: rules.default({ exactlyOnce: false, ordered: false }),
    reading: readingKind,
    /** The queue itself drops a message that it was given before: that nothing is duplicated says nothing. */
    repeatsDropped: z.boolean(),
    /** All that was read, of other runs too. */
    deliveries: count(),
    ...counts,
    /** What each run contributes to the sums. */
    runs: z.array(z.object({ run: z.string(), ...runCounts }).readonly()).readonly(),
    /** Null: the runs had no service that wrote receipts, or their messages carry no identity. */
    service: serviceVerification.nullable(),
    /** Everything was read up to the queue's end; what may be gone from the queue is among the reasons. */
    drained: z.boolean(),
    /** Null: no queue was read. */
    settling: settling.nullable().default(null),
    /** Empty in systems without partitions and offsets. */
    read: z.array(partitionRead).readonly(),
    latencySource: latencySource.nullable(),
    latencyMs: endToEndLatencyMs,
    offenders,
    /** Parts of the run that ended too early; none where `qbl run` did not start them. */
    incidents: z.array(incident).readonly().default([]),
  })
  .readonly();

/** What verify.json says; docs/run-folder.md explains each field to its readers. */
export type VerifyRecord = z.infer<typeof verifyRecord>;
/** The counts of all runs that are judged together. */
export type VerifyCounts = Readonly<Record<keyof typeof counts, number>>;
/** The counts of all services of the runs together. */
export type ServiceVerification = z.infer<typeof serviceVerification>;
/** One message that something is wrong with: by its identity, its place, or both. */
export type Offender = z.infer<typeof offender>;
export type Offenders = z.infer<typeof offenders>;
export type Rules = z.infer<typeof rules>;
export type Verdict = z.infer<typeof verdict>;
/** One thing that the verdict rests on. */
export type Reason = z.infer<typeof reason>;
export type NotProven = z.infer<typeof notProven>;
export type Settling = z.infer<typeof settling>;
/**
 * What the arrival was that end-to-end latency is measured to: a reader that was there, the broker's clock, or
 * the proxy's client, whose stamp tells only the way there. `mixed` when the queue's stamps differ in kind.
 */
export type LatencySource = z.infer<typeof latencySource>;
/**
 * How the queue was read: by offset from a log that keeps its messages, by a copy of its own of everything that was
 * sent, by taking the messages out for good, or not at all, where the receipts of a service tell what arrived.
 */
export type ReadingKind = z.infer<typeof readingKind>;
/** Offsets [from, to) that were read of a partition; `to` is null when the end is not known. */
export type PartitionRead = z.infer<typeof partitionRead>;
/** The latencies, and what could not be one of them. */
export type EndToEndLatencyMs = z.infer<typeof endToEndLatencyMs>;

/** How many offenders of a kind are kept and shown. */
export const MAX_OFFENDERS = 20;

/**
 * Null when the run was not verified yet.
 * @throws QblError 'usage' when the file is damaged, or of another version
 */
export function readVerification(folder: RunFolder): Promise<VerifyRecord | null> {
  return readJsonIfThere(runFiles(folder).verify, verifyRecord);
}

/** Adds to the verification what is known only now; nothing where the run was not verified. */
export async function noteIncidents(folder: RunFolder, incidents: readonly Incident[]): Promise<void> {
  const record = await readVerification(folder);
  if (record !== null) await replaceJson(runFiles(folder).verify, { ...record, incidents });
}

/**
 * Exactly the fields that docs/run-folder.md names: what an engine holds beside them is no part of the record.
 * @throws QblError 'environment' for a figure that is out of bounds
 */
export function publicRecord(record: VerifyRecord): VerifyRecord {
  return checkedRecord('verify.json', record, verifyRecord);
}

/** Writes verify.json and e2e.hlog; those of an earlier verification are replaced. */
export async function writeVerification(
  folder: RunFolder,
  record: VerifyRecord,
  histogram: Histogram,
  startedAtMs: number,
): Promise<void> {
  const files = runFiles(folder);
  await replaceJson(files.verify, publicRecord(record));
  await writeHlog(files.endToEnd, [{ tag: 'e2e', startMs: startedAtMs, endMs: Date.now(), histogram }]);
}
