import { plural } from '../../plural.ts';
import type { Doubt } from '../../queue/doubt.ts';
import { HOP_COUNTS, type HopCounts, zeroOf } from '../../runs/documents/counts.ts';
import { type FailReason, offenceText } from '../../runs/documents/reasons.ts';
import type { Reason, Rules } from '../../runs/documents/verify-json.ts';
import type { HopsFound } from '../hop-watch.ts';

/**
 * The facts about the hops that the verdict depends on. A hop is a queue to which the user's service writes.
 */
export interface HopsEvidence extends HopCounts {
  /** The names of the hops, in one text. */
  readonly names: string;
  readonly withinMs: number;
  /** Why hops were not read to their ends. Empty if all hops were read to their ends. */
  readonly unread: readonly string[];
  /**
   * Doubts about hops that were read to their ends. For example, retention may have removed messages before the reading,
   * or the messages may lack the times that a check needs.
   */
  readonly doubts: readonly Doubt[];
  /**
   * Number of deliveries by hops that may be second copies. Each may also be a first copy that the hop redelivered.
   */
  readonly redelivered: number;
}

/**
 * The part of a run that shows whether its plan has hops, and whether messages from another sender may be counted.
 */
interface RunOfHops {
  readonly run: string;
  readonly plan: { readonly hops?: readonly unknown[] } | null;
  /** Why messages from another sender may be counted for this run. Null if such messages can be distinguished. */
  readonly mingled: string | null;
}

/** Collects the evidence from the hops. Null if the runs have no hops. */
export function hopsEvidence(found: HopsFound | null, runs: readonly RunOfHops[]): HopsEvidence | null {
  if (found === null) {
    const run = runs.find(({ plan }) => plan?.hops !== undefined);
    return run === undefined ? null : unreadEvidence(run.run);
  }
  const { record, undrained, doubts, redelivered } = found;
  const { missing, repeated, neverSent, notInQueue, withinMs, places } = record;
  const isCertain = runs.every(({ mingled }) => mingled === null);
  const counts = isCertain ? { missing, repeated, neverSent, notInQueue } : zeroOf(HOP_COUNTS);
  return {
    ...counts,
    names: places.map(({ name }) => name).join(', '),
    withinMs,
    unread: undrained,
    doubts: [...doubts, CONTENTS],
    redelivered,
  };
}

/** A live reader opens before the plan is sent, so it cannot know the hops that the plan names. */
function unreadEvidence(run: string): HopsEvidence {
  const text = `the plan of ${run} has hops, and this verification did not read them: name them with --hop, or verify this run alone`;
  return { ...zeroOf(HOP_COUNTS), names: '', withinMs: 0, unread: [text], doubts: [], redelivered: 0 };
}

/**
 * Reports messages that are in a hop, although the reading of the queue did not find them. They may have been in the
 * queue before. Null if there are no such messages.
 */
export function notInQueue(found: HopsFound | null): Doubt | null {
  const places = found?.record.places.filter((place) => place.notInQueue > 0) ?? [];
  if (places.length === 0) return null;
  const each = places.map((place) => `hop "${place.name}" has ${plural(place.notInQueue, 'message')}`);
  const text = `${each.join(' and ')} of the run that the reading did not find in the queue, although the reading reached its end`;
  return { kind: 'not-in-queue', text, prevents: 'always' };
}

const CONTENTS: Doubt = {
  kind: 'hop-contents-not-compared',
  text: 'that the messages in the hops have the right contents: a service may change them, so qbl compared only identities',
  prevents: 'never',
};

/** Whether a further message in a hop, which was not read, could change the verdict. */
export function hopsRestOnAbsence({ missing }: HopCounts, { exactlyOnce }: Rules): boolean {
  return missing > 0 || exactlyOnce;
}

/**
 * Returns the problems that the hops prove.
 * @param isWhole whether the queue and every hop were read to their ends without doubt
 */
export function* provenInHops(hops: HopsEvidence, rules: Rules, isWhole: boolean): Generator<Reason> {
  const { missing, repeated, neverSent, names, withinMs } = hops;
  const offence = (kind: FailReason, count: number, more = ''): Reason => ({
    kind,
    count,
    text: `${offenceText(kind, count)}${more}`,
  });
  const where = `: ${names}, within ${withinMs / 1000} s after the queue was read to its end`;
  if (missing > 0 && isWhole) yield offence('missing-in-hops', missing, where);
  if (repeated > 0 && rules.exactlyOnce && isWhole) yield offence('repeated-in-hops', repeated);
  if (neverSent > 0) yield offence('never-sent-in-hops', neverSent);
}

/**
 * Returns what the hops leave unproven.
 * @param incomplete why a hop may have had more messages
 */
export function* gapsOfHops(
  { redelivered }: HopsEvidence,
  rules: Rules,
  incomplete: readonly string[],
): Generator<Reason> {
  for (const text of incomplete) yield { kind: 'incomplete-hop', count: null, text };
  if (redelivered > 0 && rules.exactlyOnce) {
    const text = `${plural(redelivered, 'delivery', 'deliveries')} of hops may be second copies, or first copies that a hop redelivered`;
    yield { kind: 'redelivered', count: null, text };
  }
}
