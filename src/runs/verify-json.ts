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
export type FailReason = 'lost' | 'phantom' | 'unexpected' | 'corrupt' | 'duplicated' | 'out-of-order';
export type UnknownReason =
  | 'nothing-acked'
  | 'no-end'
  | 'incomplete-drain'
  | 'unclear-samples'
  | 'no-identity'
  | 'no-plan';

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
  /** Every partition was read to its end. */
  readonly drained: boolean;
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
