import type { Identity } from '../../message/identity.ts';
import { isPlanned } from '../../plan/plan.ts';
import type { Doubt } from '../../queue/doubt.ts';
import type { Drain, Positions } from '../../queue/reader.ts';
import { RUN_COUNTS, type RunCounts, SERVICE_COUNTS, totalOf } from '../../runs/documents/counts.ts';
import type { GapsRecord } from '../../runs/documents/gaps-json.ts';
import type {
  PartitionRead,
  ReadingKind,
  Rules,
  ServiceVerification,
  Settling,
  VerifyCounts,
  VerifyRecord,
} from '../../runs/documents/verify-json.ts';
import type { Fate } from '../../samples/gaps/gap-counts.ts';
import type { Conclusion } from '../counting/conclusion.ts';
import type { RunScope } from '../counting/count-entry.ts';
import type { RunInQueue } from '../counting/in-queue.ts';
import { mergeOffenders } from '../counting/offenders.ts';
import type { Tally } from '../counting/tally.ts';
import { type GatheredRun, isIdentified } from '../gathering/gathered.ts';
import type { UnprovenService } from '../gathering/observed-services.ts';
import { mayBeOfRun, periodOf } from '../gathering/period.ts';
import type { GatheredServices } from '../gathering/services.ts';
import type { HopsFound } from '../hop-watch.ts';
import type { Inspection } from '../reading/inspection.ts';
import type { VerifyResult } from '../result.ts';
import { countedOnly } from './counted-only.ts';
import { differingContents } from './differing-contents.ts';
import { hopsEvidence } from './hops-evidence.ts';
import { mingled } from './mingled.ts';
import { type ProvableRun, processedTwiceBy, provableOf } from './provable.ts';
import { unidentifiedOf } from './unidentified.ts';
import { type Evidence, judge, type ServiceEvidence } from './verdict.ts';
import { isMisnamed, missingHashes, missingRows, wrongRows } from './wrong-rows.ts';

export interface ConcludedRun extends GatheredRun, Conclusion, ProvableRun {
  /** Why the rows of the samples do not show the outcome of each message. Null if the rows show every outcome. */
  readonly unclear: string | null;
  /**
   * Returns what the queue shows about one message of the samples, such as that it was lost. Null if the queue only
   * confirms the outcome in the samples.
   */
  readonly fateOf: (identity: Identity) => Fate | null;
  readonly inQueue: RunInQueue;
  /** Whether the messages were read for an earlier start of the run. */
  readonly isOfOtherStart: boolean;
}

/** The facts about the runs, the readings and the services from which the verdict is decided. */
export interface Gathered {
  readonly runs: readonly ConcludedRun[];
  readonly queue: string;
  readonly reading: ReadingKind;
  readonly repeatsDropped: boolean;
  readonly inspection: Inspection;
  /** The services of the runs. Null if the runs had no service. */
  readonly services: GatheredServices | null;
  /**
   * Why it is not proven that observed services took every message. Empty if they took every message, or if no service
   * was observed.
   */
  readonly unprovenServices: readonly UnprovenService[];
  /** What was found in the hops, the queues to which the user's service writes. Null if no hops were read. */
  readonly hops: HopsFound | null;
  /**
   * Number of messages for which a service has receipts, but which the reading did not find. The queue was read to
   * its end.
   */
  readonly unseen: number;
  readonly start: Positions;
  readonly drain: Drain;
  /** The ID of the queue at the end of the reading. Null if the queue reports no ID. */
  readonly queueId: string | null;
  /** The ID of the queue, if a live reader read the queue and the ID stayed the same. Null otherwise. */
  readonly liveTopicId: string | null;
  /** Reasons why messages may be missing from the reading although it reached the end of the queue. */
  readonly doubts: readonly Doubt[];
  /** How long the reading waited at the end of the queue, and for what. Null if no queue was read. */
  readonly settling: Settling | null;
  /** The periods in which no request was acknowledged. Null without requests, and with several runs. */
  readonly gaps: GapsRecord | null;
  readonly rules: Rules;
}

/** Computes the counts and the verdict of a verification. */
export function conclude(gathered: Gathered): Omit<VerifyResult, 'missed'> {
  const { runs, queue, reading, inspection, drain, start, rules } = gathered;
  const sum = sumOfCounts(runs);
  const read = readOf(gathered);
  const foreign = runs.every(isIdentified) ? read.foreign : read.deliveries - sum.received;
  const counts: VerifyCounts = { ...sum, foreign };
  const record: VerifyRecord = {
    schema: 'qbl.verify/1',
    ...judge(counts, evidenceOf(gathered), rules),
    run: runs.map(({ run }) => run).join(','),
    queue,
    rules,
    reading,
    repeatsDropped: gathered.repeatsDropped,
    deliveries: read.deliveries,
    ...counts,
    runs: runs.map(({ run, counts }) => ({ run, ...counts })),
    service: serviceOf(gathered),
    drained: drain.complete,
    settling: gathered.settling,
    read: partitionsRead(start, drain.ends),
    latencySource: inspection.latency.source,
    latencyMs: inspection.latency.summary(),
    offenders: mergeOffenders(runs.map(({ offenders }) => offenders)),
    hops: gathered.hops?.record ?? null,
    gaps: gathered.gaps,
    incidents: [],
  };
  const { unseen, doubts } = gathered;
  const hopHistograms = gathered.hops?.histograms ?? new Map();
  const { queueId, liveTopicId } = gathered;
  const found = runs.map(({ inQueue }) => inQueue);
  const { histogram } = inspection.latency;
  const isOfOtherStart = runs.some((run) => run.isOfOtherStart);
  return { record, histogram, hopHistograms, unseen, doubts, found, queueId, liveTopicId, isOfOtherStart };
}

/** Returns the number of deliveries. If only receipts were read, returns the number of receipts. */
function readOf({ reading, inspection, services }: Gathered): { deliveries: number; foreign: number } {
  if (reading !== 'receipts') return inspection;
  return { deliveries: services?.receipts ?? 0, foreign: services?.foreign ?? 0 };
}

/**
 * Returns the counts of the services. Null if the messages have no identity, because receipts then match no message.
 */
function serviceOf({ runs, services }: Pick<Gathered, 'runs' | 'services'>): ServiceVerification | null {
  if (services === null || !runs.every(isIdentified)) return null;
  // Only count runs with a service. Without a service, no message needs to be processed.
  const served = runs.filter(({ run }) => services.runs.has(run));
  const counts = totalOf(
    SERVICE_COUNTS,
    served.map(({ service }) => service),
  );
  return { ended: services.ended, ...counts, tornReceipts: services.torn };
}

export function concludeRun(run: GatheredRun, inspection: Inspection, copiesOnly = false): ConcludedRun {
  const { plan, tally, ended } = run;
  const wrong = wrongRows(run);
  const scope: RunScope = {
    copiesOnly,
    planUnknown: plan === null,
    // If rows are missing or may be missing, a message without a row proves nothing.
    ended: ended && wrong === null && plan !== null,
    // If the plan is not known, treat every message as planned.
    isPlanned: (identity) => plan === null || isPlanned(plan, identity),
    period: periodOf(run),
    isOfRun: (identity, sentAtMs) => mayBeOfRun(run, identity, sentAtMs),
  };
  const conclusion = tally.conclude(scope);
  const result = isIdentified(run) ? conclusion : countedOnly(conclusion, inspection.deliveries);
  const misplaced = wrong ?? missingRows(run, conclusion.counts.sent);
  return {
    ...run,
    ...result,
    unclear: misplaced ?? missingHashes(run),
    contentsDiffer: tally.contents.differing,
    unproven: tally.unproven,
    fateOf: (identity) => tally.fateOf(identity, scope),
    inQueue: tally.inQueue(scope),
    isOfOtherStart: false,
    misnamed: isMisnamed(run, misplaced, result.fitting),
    mingled: mingledOf(run, result),
    unidentified: unidentifiedOf(run, result, {
      count: inspection.namelessOf(run.run),
      example: inspection.namelessExample,
    }),
  };
}

function evidenceOf(gathered: Gathered): Evidence {
  const { runs, drain, reading, doubts } = gathered;
  const of = (countOf: (tally: Tally) => number) =>
    runs.reduce((total, { tally }) => total + countOf(tally), 0);
  return {
    provable: provableOf(runs),
    differingContents: differingContents(runs.filter(({ misnamed }) => !misnamed)),
    nothingAcked: runs.find(({ counts }) => counts.acked === 0)?.run ?? null,
    unproven: of(({ unproven }) => unproven),
    redelivered: of((tally) => (reading === 'receipts' ? tally.receipts : tally).redelivered),
    unprovenReceipts: of(({ receipts }) => receipts.unproven),
    service: serviceEvidence(gathered),
    unprovenServices: gathered.unprovenServices,
    hops: hopsEvidence(gathered.hops, runs),
    ended: runs.every(({ ended }) => ended),
    incomplete: drain.complete ? null : drain.reason,
    doubts,
    nothingFound: nothingFound(gathered),
    unclearSamples: runs.map(({ unclear }) => unclear).find((text) => text !== null) ?? null,
    mingled: runs.map(({ mingled }) => mingled).find((text) => text !== null) ?? null,
    unidentified: runs.map(({ unidentified }) => unidentified).find((text) => text !== null) ?? null,
    identity: runs.every(isIdentified),
  };
}

/**
 * Describes what the queue contains if it has no message of a run. Reading the wrong queue looks the same as losing
 * all messages.
 */
function nothingFound({ runs, queue, reading, inspection }: Gathered): string | null {
  const run = runs.find(
    (each) => isIdentified(each) && each.counts.received === 0 && each.tally.deliveries === 0,
  );
  if (run === undefined || reading === 'receipts' || reading === 'none') return null;
  const { deliveries } = inspection;
  const others =
    deliveries === 0
      ? 'the queue is empty'
      : `the queue has ${deliveries} other ${deliveries === 1 ? 'message' : 'messages'}`;
  const read = `No message of ${run.run} is in ${queue}: ${others}`;
  if (run.sentTo === null)
    return `${read}. run.json does not name the queue of the run: give the right queue with --queue`;
  return run.sentTo === queue ? read : `${read}. The run was sent to ${run.sentTo}`;
}

function mingledOf(run: GatheredRun, { counts, others, fitting, undated }: Conclusion): string | null {
  return mingled(run, others, { fitting, undecided: counts.unexpected + undated });
}

function serviceEvidence(gathered: Gathered): ServiceEvidence | null {
  const { services } = gathered;
  // If messages from another sender with the same run ID cannot be distinguished, receipts prove nothing.
  const runs = gathered.runs.filter(({ mingled }) => mingled === null);
  const counts = serviceOf({ runs, services });
  if (services === null || counts === null) return null;
  const { unfinished, killed } = services;
  return { ...counts, ...processedTwiceBy(runs, counts.processedTwice), unfinished, killed };
}

export function sumOfCounts(runs: readonly Pick<ConcludedRun, 'counts'>[]): RunCounts {
  return totalOf(
    RUN_COUNTS,
    runs.map(({ counts }) => counts),
  );
}

function partitionsRead(start: Positions, ends: Positions | null): PartitionRead[] {
  return [...start]
    .sort(([a], [b]) => a - b)
    .map(([partition, from]) => ({ partition, from, to: ends?.get(partition) ?? null }));
}
