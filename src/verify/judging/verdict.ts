import { plural, verb } from '../../plural.ts';
import type { Doubt } from '../../queue/doubt.ts';
import type { RunCounts, ServiceCounts } from '../../runs/documents/counts.ts';
import { type FailReason, offenceText, type UnknownReason } from '../../runs/documents/reasons.ts';
import type { NotProven, Reason, Rules, Verdict, VerifyCounts } from '../../runs/documents/verify-json.ts';
import type { UnprovenService } from '../gathering/observed-services.ts';
import { gapsOfHops, type HopsEvidence, hopsRestOnAbsence, provenInHops } from './hops-evidence.ts';

/** What the verdict depends on, besides the counts. */
export interface Evidence {
  /** The counts that can prove a problem. */
  readonly provable: RunCounts;
  /** How the content of corrupt messages differs, as the end of a sentence. Empty if the difference is not known. */
  readonly differingContents: string;
  /** Whether the sender ended cleanly. */
  readonly ended: boolean;
  /** Why the reading did not reach the end of the queue. Null if it reached the end. */
  readonly incomplete: string | null;
  /** Reasons why messages may be missing from the reading although it reached the end of the queue. */
  readonly doubts: readonly Doubt[];
  /** Why the rows of the samples do not show the outcome of each message. Null if the rows show every outcome. */
  readonly unclearSamples: string | null;
  /** What is in the queue instead, if it has no message of a run. Null if it has messages of every run. */
  readonly nothingFound: string | null;
  /**
   * Why messages of another execution with the same ID may be counted for a run. Null if such messages can be
   * distinguished.
   */
  readonly mingled: string | null;
  /** Why messages of a run may be in the queue but not readable. Null if nothing shows that. */
  readonly unidentified: string | null;
  /** Whether the messages carry an identity and a checksum. */
  readonly identity: boolean;
  /** ID of the first run of which no message was acknowledged. Null if every run has an acknowledged message. */
  readonly nothingAcked: string | null;
  /**
   * Number of deliveries whose checksum does not match. The plan is not known, so they may be damaged, or a proxy may
   * have added fields.
   */
  readonly unproven: number;
  /**
   * Number of deliveries by the queue that may be second copies. Each may also be a first copy that the queue
   * redelivered.
   */
  readonly redelivered: number;
  /** Number of receipts for messages that only the service received and whose checksum does not match. */
  readonly unprovenReceipts: number;
  /** What the receipts of the services prove. Null if the runs had no service. */
  readonly service: ServiceEvidence | null;
  /**
   * Why it is not proven that observed services took every message. Empty if they took every message, or if no service
   * was observed.
   */
  readonly unprovenServices: readonly UnprovenService[];
  /**
   * What was found in the hops, the queues to which the user's service writes. Null if the runs have no hops.
   */
  readonly hops: HopsEvidence | null;
}

/** What the receipts of the services prove, and why receipts may be missing. */
export interface ServiceEvidence extends ServiceCounts {
  /** Why the service may have left messages unprocessed. Null if it processed all of them. */
  readonly unfinished: string | null;
  /** Whether a service was killed. It may have processed messages without writing receipts. */
  readonly killed: boolean;
  /** Number of messages that were processed twice, unless one of the two receipts is of an event about the message. */
  readonly unprovenTwice: number;
}

/**
 * Whether a further message in the queue, which was not read, could change the verdict. Such a message could
 * be a missing one, or could violate `exactlyOnce` or `ordered`.
 */
export function restsOnAbsence({ sent, received, unexpected }: RunCounts, rules: Rules): boolean {
  return received - unexpected < sent || rules.exactlyOnce || rules.ordered;
}

/** Decides the verdict: fail if a problem is proven, otherwise unknown if evidence is missing, otherwise pass. */
export function judge(counts: VerifyCounts, evidence: Evidence, rules: Rules): Judgement {
  const { hops } = evidence;
  const ofQueue = byWeight(evidence.doubts, restsOnAbsence(counts, rules));
  const ofHops = byWeight(hops?.doubts ?? [], hops !== null && hopsRestOnAbsence(hops, rules));
  const isDrained = evidence.incomplete === null;
  const isWhole = isDrained && ofQueue.preventing.length === 0;
  const incompleteHops = [...(hops?.unread ?? []), ...ofHops.preventing.map(({ text }) => text)];
  const offences = [
    ...proven(evidence, rules, isWhole),
    ...(hops === null ? [] : provenInHops(hops, rules, isDrained && incompleteHops.length === 0)),
  ];
  const gaps = [
    ...missing(evidence, rules),
    ...ofQueue.preventing.map(gapOf),
    ...(hops === null ? [] : gapsOfHops(hops, rules, incompleteHops)),
  ];
  const open = [...ofQueue.open, ...ofHops.open];
  const verdict = offences.length > 0 ? 'fail' : gaps.length > 0 ? 'unknown' : 'pass';
  return { verdict, reasons: [...offences, ...gaps], notProven: open.map(notProvenBy) };
}

interface Judgement {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly notProven: readonly NotProven[];
}

/**
 * Splits the doubts into two lists. The doubts in `open` only limit what a pass proves. The doubts in
 * `preventing` prevent a pass.
 */
function byWeight(doubts: readonly Doubt[], rests: boolean) {
  const isPreventing = ({ prevents }: Doubt) => prevents === 'always' || (prevents === 'absence' && rests);
  return { open: doubts.filter((doubt) => !isPreventing(doubt)), preventing: doubts.filter(isPreventing) };
}

function gapOf({ kind, text }: Doubt): Reason {
  return { kind, count: null, text };
}

/**
 * Says what a pass does not prove. A pass means that every acknowledged message was found. But the queue may also
 * have had second copies, damaged messages or unexpected messages that were removed before the reading. Or a service may
 * have processed a message twice.
 */
function notProvenBy({ kind, text, prevents, notProven = NOTHING_MISSED }: Doubt): NotProven {
  return { kind, text: prevents === 'never' ? text : `${notProven}: ${text}` };
}

const NOTHING_MISSED = 'that no duplicate, damaged or unexpected message was missed';

function* proven(evidence: Evidence, rules: Rules, isWhole: boolean): Generator<Reason> {
  const offence = (kind: FailReason, count: number, hint = '') => ({
    kind,
    count,
    text: `${offenceText(kind, count)}${hint}`,
  });
  const { lost, phantom, unexpected, corrupt, duplicated, outOfOrder } = evidence.provable;
  if (lost > 0 && isWhole) yield offence('lost', lost, nothingFound(evidence));
  if (phantom > 0) yield offence('phantom', phantom);
  if (unexpected > 0) yield offence('unexpected', unexpected);
  if (corrupt > 0) yield offence('corrupt', corrupt, evidence.differingContents);
  if (duplicated > 0 && rules.exactlyOnce && isWhole) yield offence('duplicated', duplicated);
  if (outOfOrder > 0 && rules.ordered && isWhole) yield offence('out-of-order', outOfOrder);
  if (evidence.service === null) return;
  const { unprocessed, processedTwice, unfinished } = evidence.service;
  if (unprocessed > 0 && unfinished === null && isWhole) yield offence('unprocessed', unprocessed);
  if (processedTwice > 0 && rules.exactlyOnce) yield offence('processed-twice', processedTwice);
}

function nothingFound({ nothingFound: where }: Evidence): string {
  return where === null ? '' : `. ${where}`;
}

function* missing(evidence: Evidence, rules: Rules): Generator<Reason> {
  const gap = (kind: UnknownReason, text: string) => ({ kind, count: null, text });
  if (!evidence.identity) yield gap('no-identity', 'the messages carry no identity: they were only counted');
  else if (evidence.nothingAcked !== null)
    yield gap(
      'nothing-acked',
      `no message of ${evidence.nothingAcked} was acknowledged, so nothing was tested`,
    );
  if (evidence.unproven > 0)
    yield gap(
      'no-plan',
      `${plural(evidence.unproven, 'message')} ${verb(evidence.unproven, 'does', 'do')} not match ${verb(evidence.unproven, 'its checksum', 'their checksums')}, and without run.json qbl cannot distinguish damage from fields that a proxy added`,
    );
  if (evidence.unprovenReceipts > 0)
    yield gap(
      'no-plan',
      `${plural(evidence.unprovenReceipts, 'receipt')} ${verb(evidence.unprovenReceipts, 'is', 'are')} of messages that do not match their checksums, and a service cannot distinguish damage from fields that a proxy added`,
    );
  if (!evidence.ended) yield gap('no-end', 'the sender did not end cleanly: its last samples may be missing');
  if (evidence.incomplete !== null) yield gap('incomplete-drain', evidence.incomplete);
  if (evidence.redelivered > 0 && rules.exactlyOnce)
    yield gap(
      'redelivered',
      `${plural(evidence.redelivered, 'delivery', 'deliveries')} may be second copies, or first copies that the queue redelivered`,
    );
  if (evidence.mingled !== null) yield gap('id-reused', evidence.mingled);
  // If a doubt already explains why messages are missing, do not add a second explanation why no message was found.
  const isExplained = evidence.doubts.some(({ prevents }) => prevents !== 'never');
  if (evidence.unidentified !== null && evidence.incomplete === null && !isExplained)
    yield gap('nothing-identified', evidence.unidentified);
  if (evidence.unclearSamples !== null) yield gap('unclear-samples', evidence.unclearSamples);
  if (evidence.service !== null) yield* serviceGaps(evidence.service, rules);
  for (const { kind, text } of evidence.unprovenServices) yield gap(kind, text);
}

function* serviceGaps(service: ServiceEvidence, rules: Rules): Generator<Reason> {
  const { unprocessed, unfinished, killed, unprovenTwice } = service;
  const gap = (text: string): Reason => ({ kind: 'service-unfinished', count: null, text });
  if (unprovenTwice > 0 && rules.exactlyOnce)
    yield {
      kind: 'no-plan',
      count: null,
      text: `${plural(unprovenTwice, 'message')} ${verb(unprovenTwice, 'has', 'have')} two receipts, and without run.json qbl cannot distinguish a second copy from an event about the message`,
    };
  if (unprocessed > 0 && unfinished !== null)
    yield gap(
      `${plural(unprocessed, 'message')} ${verb(unprocessed, 'is', 'are')} not processed: ${unfinished}`,
    );
  if (killed && rules.exactlyOnce)
    yield gap(
      'a service without an end in service.json may have processed messages without writing their receipts',
    );
}
