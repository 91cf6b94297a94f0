import { rm } from 'node:fs/promises';
import type { Histogram } from '../../samples/latency/histogram.ts';
import { writeHlog } from '../../samples/latency/hlog.ts';
import { z } from '../../schema/zod.ts';
import { endToEndLatencyMs, latencySource } from '../json/end-to-end-latency.ts';
import { count, durationMs } from '../json/figure-schemas.ts';
import { replaceJson } from '../json/json-file.ts';
import { checkedRecord, readJsonIfThere } from '../json/read-json.ts';
import { type RunFolder, runFiles } from '../run-folder.ts';
import { byName, OFFENCES, RUN_COUNTS, SERVICE_COUNTS } from './counts.ts';
import { gapsRecord } from './gaps-json.ts';
import { hopsVerification } from './hops-json.ts';
import { type Incident, incident } from './incidents-json.ts';
import { offender } from './offender.ts';
import { DOUBT_KINDS, FAIL_REASON_KINDS, UNKNOWN_REASON_KINDS } from './reasons.ts';

const runCounts = byName(RUN_COUNTS, count);
const counts = {
  ...runCounts,
  /** Number of deliveries of other runs, or of no run. */
  foreign: count(),
};

const serviceVerification = z
  .object({
    /** Whether every service ended cleanly. */
    ended: z.boolean(),
    ...byName(SERVICE_COUNTS, count),
    /** Number of incomplete rows in receipts.csv, which killed services left. */
    tornReceipts: count(),
  })
  .readonly();

const offenders = z.object(byName(OFFENCES, () => z.array(offender).readonly())).readonly();

const reason = z
  .object({
    kind: z.enum([...FAIL_REASON_KINDS, ...UNKNOWN_REASON_KINDS]),
    /** Number of messages. Null if the reason is not about single messages. */
    count: count().nullable(),
    /** What was found, as a sentence for people. */
    text: z.string(),
  })
  .readonly();

const notProven = z
  .object({
    kind: z.enum(DOUBT_KINDS),
    /** What is not proven, and why, as a sentence for people. */
    text: z.string(),
  })
  .readonly();

/** What verify waited for at the end of the queue. It waits if another message could change the verdict. */
const settling = z
  .object({
    /**
     * `missing`: verify waited for missing acknowledged messages. `quiet`: verify waited until no message of the runs
     * arrived for `settleMs`.
     */
    waitedFor: z.enum(['nothing', 'missing', 'quiet']),
    settleMs: durationMs(),
    waitedMs: durationMs(),
  })
  .readonly();

const verdict = z.enum(['pass', 'fail', 'unknown']);
const readingKind = z.enum(['log', 'tap', 'consumed', 'receipts', 'none']);
const partitionRead = z.object({ partition: count(), from: count(), to: count().nullable() }).readonly();

const rules = z.object({ exactlyOnce: z.boolean(), ordered: z.boolean() }).readonly();

const verifyRecord = z
  .object({
    schema: z.literal('qbl.verify/1'),
    verdict,
    reasons: z.array(reason).readonly(),
    notProven: z.array(notProven).readonly().default([]),
    /** The run's ID, or several IDs separated by commas. */
    run: z.string(),
    queue: z.string(),
    /** The rules that were checked in addition to the usual ones. Older files may not have this field. */
    rules: rules.default({ exactlyOnce: false, ordered: false }),
    reading: readingKind,
    /**
     * Whether the queue itself drops repeated messages. If so, the absence of duplicates proves nothing about the
     * proxy.
     */
    repeatsDropped: z.boolean(),
    /** Number of all deliveries that were read, including those of other runs. */
    deliveries: count(),
    ...counts,
    runs: z.array(z.object({ run: z.string(), ...runCounts }).readonly()).readonly(),
    /** What services did with the messages. Null if no service wrote receipts, or if the messages have no identity. */
    service: serviceVerification.nullable(),
    /**
     * Whether the queue was read to its end. If messages may have left the queue before the reading, `reasons` says
     * so.
     */
    drained: z.boolean(),
    /** How verify waited at the end of the queue. Null if no queue was read. */
    settling: settling.nullable().default(null),
    /** The offsets that were read. Empty if the queue has no partitions and offsets. */
    read: z.array(partitionRead).readonly(),
    latencySource: latencySource.nullable(),
    latencyMs: endToEndLatencyMs,
    offenders,
    /**
     * What was found in the hops, the queues to which the service writes. Null if the runs have no hops, and in files
     * of older versions.
     */
    hops: hopsVerification.nullable().default(null),
    /**
     * The times without an acknowledgement. Null without requests, if several runs were verified together,
     * and in files of older versions.
     */
    gaps: gapsRecord.nullable().default(null),
    /** Processes of the run that ended too early or too late. Empty if `qbl run` did not start the run. */
    incidents: z.array(incident).readonly().default([]),
  })
  .readonly();

/** The content of verify.json. docs/run-folder.md explains each field. */
export type VerifyRecord = z.infer<typeof verifyRecord>;
/** The counts of all verified runs together. */
export type VerifyCounts = Readonly<Record<keyof typeof counts, number>>;
/** The counts of all services of the runs together. */
export type ServiceVerification = z.infer<typeof serviceVerification>;
export type Offenders = z.infer<typeof offenders>;
export type Rules = z.infer<typeof rules>;
export type Verdict = z.infer<typeof verdict>;
export type Reason = z.infer<typeof reason>;
export type NotProven = z.infer<typeof notProven>;
export type Settling = z.infer<typeof settling>;
/**
 * How the queue was read. `log`: by offset, from a log that keeps its messages. `tap`: as copies of all messages, from
 * a live reader. `consumed`: by removing the messages permanently. `receipts`: the queue was not read, because the
 * receipts of a service show what arrived.
 */
export type ReadingKind = z.infer<typeof readingKind>;
/**
 * The offsets of a partition that were read: from `from` up to, but not including, `to`. `to` is null if the end is
 * not known.
 */
export type PartitionRead = z.infer<typeof partitionRead>;

/**
 * Reads verify.json. Null if the run was not verified yet.
 * @throws QblError 'usage' if the file is damaged, or from another version
 */
export function readVerification(folder: RunFolder): Promise<VerifyRecord | null> {
  return readJsonIfThere(runFiles(folder).verify, verifyRecord);
}

/** Adds incidents to an existing verify.json. Does nothing if the run was not verified. */
export async function noteIncidents(folder: RunFolder, incidents: readonly Incident[]): Promise<void> {
  const record = await readVerification(folder);
  if (record !== null) await replaceJson(runFiles(folder).verify, { ...record, incidents });
}

/**
 * Returns only the fields that docs/run-folder.md names.
 * @throws QblError 'environment' if a number is out of range
 */
export function publicRecord(record: VerifyRecord): VerifyRecord {
  return checkedRecord('verify.json', record, verifyRecord);
}

/** Latencies in microseconds. */
export interface Latencies {
  readonly endToEnd: Histogram;
  /**
   * Latencies to the arrival in each hop. The key is the tag that the latencies have in hops.hlog. Empty without hops.
   */
  readonly hops: ReadonlyMap<string, Histogram>;
}

/**
 * Writes verify.json and e2e.hlog, and also hops.hlog if the runs have hops. Replaces the files of an earlier
 * verification. Removes a file that cannot be replaced, because its verdict or its latencies are not valid any more.
 * @throws QblError 'environment' if a file cannot be written
 */
export async function writeVerification(
  folder: RunFolder,
  record: VerifyRecord,
  { endToEnd, hops }: Latencies,
  startMs: number,
): Promise<void> {
  const files = runFiles(folder);
  const old = new Set([files.verify, files.endToEnd, files.hops]);
  const endMs = Date.now();
  try {
    await replaceJson(files.verify, publicRecord(record));
    old.delete(files.verify);
    await writeHlog(files.endToEnd, [{ tag: 'e2e', startMs, endMs, histogram: endToEnd }]);
    old.delete(files.endToEnd);
    if (hops.size === 0) return;
    const ofHops = [...hops].map(([tag, histogram]) => ({ tag, startMs, endMs, histogram }));
    await writeHlog(files.hops, ofHops);
    old.delete(files.hops);
  } finally {
    // If an old file cannot be removed, the error of the failed write is the one to report.
    for (const file of old) await rm(file, { force: true }).catch(() => {});
  }
}
