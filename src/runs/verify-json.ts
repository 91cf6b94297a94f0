import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Identity } from '../message/identity.ts';
import type { Place, Positions } from '../queue/queue.ts';
import type { Histogram, LatencyMs } from '../samples/histogram.ts';
import { writeHlog } from '../samples/hlog.ts';
import { replaceJson } from './json-file.ts';
import { type RunFolder, runFiles } from './run-folder.ts';

/**
 * What became of the messages of a run. It always holds that
 * sent = acked + rejected + indeterminate,
 * indeterminate = recovered + unresolved, and
 * received = acked − lost + recovered + phantom + unexpected.
 */
export interface RunCounts {
  readonly sent: number;
  readonly acked: number;
  readonly rejected: number;
  readonly indeterminate: number;
  /** Distinct messages of the run that arrived. */
  readonly received: number;
  /** Acked and not there. */
  readonly lost: number;
  /** Messages seen more than once. */
  readonly duplicated: number;
  /** Rejected and there all the same. */
  readonly phantom: number;
  /** There, without a sample, though the sender stopped in good order. */
  readonly unexpected: number;
  /** Deliveries whose sum does not match. */
  readonly corrupt: number;
  /** Deliveries to which fields were added. */
  readonly enriched: number;
  /** Indeterminate and there. */
  readonly recovered: number;
  /** Indeterminate and not there. */
  readonly unresolved: number;
  /** Acked messages delivered after one that the same thread sent later, within a partition. */
  readonly outOfOrder: number;
}

/** The counts of all runs that are judged together. */
export interface Counts extends RunCounts {
  /** Deliveries of other runs, or of no run. */
  readonly foreign: number;
}

/** What a service did with the messages of a run, by its receipts. */
export interface ServiceCounts {
  /** Distinct messages that were processed at least once. */
  readonly processed: number;
  /** Distinct messages that were processed more than once. */
  readonly processedTwice: number;
  /** Distinct messages that were dead-lettered and never processed. */
  readonly deadLettered: number;
  /** Distinct messages that arrived and are neither processed nor dead-lettered. */
  readonly unprocessed: number;
  /** Attempts that failed, those included after which a message was dead-lettered. */
  readonly failedAttempts: number;
}

/** The counts of all services of the runs together. */
export interface ServiceVerification extends ServiceCounts {
  /** Each stopped in good order. */
  readonly ended: boolean;
  /** Rows that a killed service left half-written. */
  readonly tornReceipts: number;
}

/** Kinds of which single messages are shown. */
export const OFFENCES = ['lost', 'phantom', 'unexpected', 'corrupt', 'duplicated', 'outOfOrder'] as const;
export type Offence = (typeof OFFENCES)[number];

/** One message that something is wrong with: by its identity, its place, or both. */
export interface Offender {
  readonly identity: Identity | null;
  readonly place: Place | null;
}

/** How many offenders of a kind are kept and shown. */
export const MAX_OFFENDERS = 20;

export type Offenders = Readonly<Record<Offence, readonly Offender[]>>;

export type Verdict = 'pass' | 'fail' | 'unknown';
export type FailReason =
  | 'lost'
  | 'phantom'
  | 'unexpected'
  | 'corrupt'
  | 'duplicated'
  | 'out-of-order'
  | 'unprocessed'
  | 'processed-twice';
export type UnknownReason =
  | 'nothing-acked'
  | 'no-end'
  | 'incomplete-drain'
  | 'redelivered'
  | 'unclear-samples'
  | 'no-identity'
  | 'no-plan'
  | 'service-unfinished';

/** One thing that the verdict rests on; `count` where it is one of many messages. */
export interface Reason {
  readonly kind: FailReason | UnknownReason;
  readonly count: number | null;
  /** What was found, as a sentence for people. */
  readonly text: string;
}

/**
 * What the arrival was that end-to-end latency is measured to: a reader that was there, the broker's clock, or
 * the proxy's client, whose stamp tells only the way there. `mixed` when the queue's stamps differ in kind.
 */
export type LatencySource = 'received' | 'LogAppendTime' | 'CreateTime' | 'mixed';

/**
 * How the queue was read: by offset from a log that keeps its messages, by a copy of its own of everything that was
 * sent, by taking the messages out for good, or not at all, where the receipts of a service tell what arrived.
 */
export type ReadingKind = 'log' | 'tap' | 'consumed' | 'receipts';

/** Offsets [from, to) that were read of a partition; `to` is null when the end is not known. */
export interface PartitionRead {
  readonly partition: number;
  readonly from: number;
  readonly to: number | null;
}

/** The latencies, and what could not be one of them. */
export interface EndToEndLatencyMs extends LatencyMs {
  /** Arrivals before their sending: skew of clocks, counted and left out of the figures. */
  readonly negative: number;
  readonly mostNegative: number;
}

/** What verify.json says; docs/run-folder.md explains each field to its readers. */
export interface VerifyRecord extends Counts {
  readonly schema: 'qbl.verify/1';
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  /** The run's id; those of several runs, separated by commas. */
  readonly run: string;
  /** What each run contributes to the sums. */
  readonly runs: readonly (RunCounts & { readonly run: string })[];
  readonly queue: string;
  readonly reading: ReadingKind;
  /** All that was read, of other runs too. */
  readonly deliveries: number;
  /** Null: the runs had no service that wrote receipts, or their messages carry no identity. */
  readonly service: ServiceVerification | null;
  /** The queue itself drops a message that it was given before: that nothing is duplicated says nothing. */
  readonly repeatsDropped: boolean;
  /** Everything was read up to the queue's end. */
  readonly drained: boolean;
  /** Empty in systems without partitions and offsets. */
  readonly read: readonly PartitionRead[];
  readonly latencySource: LatencySource | null;
  readonly latencyMs: EndToEndLatencyMs;
  readonly offenders: Offenders;
}

const knownEnds = z.object({
  queue: z.string(),
  read: z.array(z.object({ partition: z.number(), to: z.number().nullable() })),
});

/** Where an earlier verification of the run has seen the queue end; null: there was none that is readable. */
export async function readKnownEnds(folder: RunFolder, queue: string): Promise<Positions | null> {
  const text = await readFile(runFiles(folder).verify, 'utf8').catch(() => '');
  const parsed = knownEnds.safeParse(parseJson(text));
  if (!parsed.success || parsed.data.queue !== queue) return null;
  return new Map(parsed.data.read.flatMap(({ partition, to }) => (to === null ? [] : [[partition, to]])));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Writes verify.json and e2e.hlog; those of an earlier verification are replaced. */
export async function writeVerification(
  folder: RunFolder,
  record: VerifyRecord,
  histogram: Histogram,
  startedAtMs: number,
): Promise<void> {
  const files = runFiles(folder);
  await replaceJson(files.verify, record);
  await writeHlog(files.endToEnd, [{ tag: 'e2e', startMs: startedAtMs, endMs: Date.now(), histogram }]);
}
