import { plural, verb } from '../../plural.ts';
import type { Doubt } from '../../queue/doubt.ts';
import type { RunCounts, ServiceCounts } from '../../runs/documents/counts.ts';
import { type FailReason, offenceText, type UnknownReason } from '../../runs/documents/reasons.ts';
import type { NotProven, Reason, Rules, Verdict, VerifyCounts } from '../../runs/documents/verify-json.ts';

/** What is known beside the counts. */
export interface Evidence {
  /** Those counts that can prove an offence. */
  readonly provable: RunCounts;
  /** The sender stopped in good order. */
  readonly ended: boolean;
  /** Why reading did not reach the end of the queue; null: it did. */
  readonly incomplete: string | null;
  /** Why a reading that did may not tell everything. */
  readonly doubts: readonly Doubt[];
  /** What is wrong with the samples file, so that its rows do not tell each message's outcome; null: nothing. */
  readonly unclearSamples: string | null;
  /** Where nothing of a run was found, though all was read: what else was there; null: something of each was. */
  readonly nothingFound: string | null;
  /** Why messages of another execution of the same id may be taken for this one's; null: they are told apart. */
  readonly mingled: string | null;
  /** Why messages of a run may be there and not be readable; null: nothing tells so. */
  readonly unidentified: string | null;
  /** The messages carry identity and sum. */
  readonly identity: boolean;
  /** A run of which no message was acked; null: there is none. */
  readonly nothingAcked: string | null;
  /** Deliveries that do not match, while the plan that would tell why is not known. */
  readonly unproven: number;
  /** Deliveries that are either second copies or the first ones once more. */
  readonly redelivered: number;
  /** Receipts of messages that do not match, and that nobody else saw. */
  readonly unprovenReceipts: number;
  /** Null: the runs had no service. */
  readonly service: ServiceEvidence | null;
}

/** What receipts tell. */
export interface ServiceEvidence extends ServiceCounts {
  /** Why the service may have left messages to others; null: it did not. */
  readonly unfinished: string | null;
  /** One was killed: it may have done work of which there is no receipt. */
  readonly killed: boolean;
}

/** Whether one more message of the runs could change what is said of them: one that was sent, or a second copy. */
export function restsOnAbsence({ sent, received, unexpected }: RunCounts, rules: Rules): boolean {
  return received - unexpected < sent || rules.exactlyOnce || rules.ordered;
}

/** Judges: a proven offence fails, missing evidence leaves it unknown, and only what is left passes. */
export function judge(counts: VerifyCounts, evidence: Evidence, rules: Rules): Judgement {
  const [open, preventing] = byWeight(evidence.doubts, restsOnAbsence(counts, rules));
  const isWhole = evidence.incomplete === null && preventing.length === 0;
  const offences = [...proven(evidence, rules, isWhole)];
  const gaps = [...missing(evidence, rules), ...preventing.map(gapOf)];
  const verdict = offences.length > 0 ? 'fail' : gaps.length > 0 ? 'unknown' : 'pass';
  return { verdict, reasons: [...offences, ...gaps], notProven: open.map(notProvenBy) };
}

interface Judgement {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly notProven: readonly NotProven[];
}

/** First those that only limit what a pass says, then those that prevent one. */
function byWeight(doubts: readonly Doubt[], rests: boolean): [Doubt[], Doubt[]] {
  const isPreventing = ({ prevents }: Doubt) => prevents === 'always' || (prevents === 'absence' && rests);
  return [doubts.filter((doubt) => !isPreventing(doubt)), doubts.filter(isPreventing)];
}

function gapOf({ kind, text }: Doubt): Reason {
  return { kind, count: null, text };
}

/** Every message that was sent is there; copies of them, and others, could be among what is gone. */
function notProvenBy({ kind, text, prevents }: Doubt): NotProven {
  const what = 'that there was no other copy of a message, damaged or unexpected: ';
  return { kind, text: prevents === 'never' ? text : `${what}${text}` };
}

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
  if (corrupt > 0) yield offence('corrupt', corrupt);
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
      `no message of ${evidence.nothingAcked} was acked, so nothing was put to the test`,
    );
  if (evidence.unproven > 0)
    yield gap(
      'no-plan',
      `${plural(evidence.unproven, 'message')} ${verb(evidence.unproven, 'does', 'do')} not match, and the plan is not known`,
    );
  if (evidence.unprovenReceipts > 0)
    yield gap(
      'no-plan',
      `${plural(evidence.unprovenReceipts, 'receipt')} ${verb(evidence.unprovenReceipts, 'is', 'are')} of messages that do not match as they came, and a service knows no plan`,
    );
  if (!evidence.ended)
    yield gap('no-end', 'the sender did not stop in good order: its samples may lack the last ones');
  if (evidence.incomplete !== null) yield gap('incomplete-drain', evidence.incomplete);
  if (evidence.redelivered > 0 && rules.exactlyOnce)
    yield gap(
      'redelivered',
      `${plural(evidence.redelivered, 'delivery', 'deliveries')} may be second copies, or first ones that the queue redelivered`,
    );
  if (evidence.mingled !== null) yield gap('id-reused', evidence.mingled);
  // What stands in a queue that was created later tells nothing of the run.
  const isRecreated = evidence.doubts.some(({ kind }) => kind === 'queue-recreated');
  if (evidence.unidentified !== null && evidence.incomplete === null && !isRecreated)
    yield gap('nothing-identified', evidence.unidentified);
  if (evidence.unclearSamples !== null) yield gap('unclear-samples', evidence.unclearSamples);
  if (evidence.service !== null) yield* serviceGaps(evidence.service, rules);
}

function* serviceGaps(service: ServiceEvidence, rules: Rules): Generator<Reason> {
  const { unprocessed, unfinished, killed } = service;
  const gap = (text: string): Reason => ({ kind: 'service-unfinished', count: null, text });
  if (unprocessed > 0 && unfinished !== null)
    yield gap(
      `${plural(unprocessed, 'message')} ${verb(unprocessed, 'is', 'are')} not processed: ${unfinished}`,
    );
  if (killed && rules.exactlyOnce)
    yield gap('a service without an end may have processed more than it has receipts of');
}
