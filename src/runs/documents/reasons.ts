import { DOUBTS, type DoubtKind } from '../../queue/doubt.ts';

/**
 * The words of a verdict. The terminal, the page, Markdown and JUnit use them. A test compares them with the tables of
 * docs/semantics.md.
 */

/** The words for a problem: something that a queue must not do to a message. */
interface FailWords {
  /** Name of the count of messages with this problem. */
  readonly name: string;
  /** Text after the number 1. */
  readonly one: string;
  /** Text after a number other than 1. */
  readonly many: string;
  /** Whether this problem always makes the verdict fail, or only with the named option. */
  readonly fails: 'always' | '--exactly-once' | '--ordered';
}

export const FAIL_REASONS = {
  lost: {
    name: 'lost',
    one: 'acknowledged message is missing from the queue',
    many: 'acknowledged messages are missing from the queue',
    fails: 'always',
  },
  phantom: {
    name: 'phantom',
    one: 'rejected message is in the queue',
    many: 'rejected messages are in the queue',
    fails: 'always',
  },
  unexpected: {
    name: 'unexpected',
    one: 'message is in the queue and was never sent by this run',
    many: 'messages are in the queue and were never sent by this run',
    fails: 'always',
  },
  corrupt: {
    name: 'corrupt',
    one: 'message is damaged: its checksum or its compared content does not match',
    many: 'messages are damaged: their checksums or compared contents do not match',
    fails: 'always',
  },
  duplicated: {
    name: 'duplicated',
    one: 'message is in the queue more than once',
    many: 'messages are in the queue more than once',
    fails: '--exactly-once',
  },
  'out-of-order': {
    name: 'out of order',
    one: 'message was delivered after a message that its thread sent later',
    many: 'messages were delivered after a message that their thread sent later',
    fails: '--ordered',
  },
  unprocessed: {
    name: 'unprocessed',
    one: 'message is in the queue and was never processed',
    many: 'messages are in the queue and were never processed',
    fails: 'always',
  },
  'processed-twice': {
    name: 'processed twice',
    one: 'message was processed more than once',
    many: 'messages were processed more than once',
    fails: '--exactly-once',
  },
  'missing-in-hops': {
    name: 'missing in hops',
    one: 'message is in the queue and in none of the hops',
    many: 'messages are in the queue and in none of the hops',
    fails: 'always',
  },
  'repeated-in-hops': {
    name: 'repeated in hops',
    one: 'message is in the hops more often than it should be',
    many: 'messages are in the hops more often than they should be',
    fails: '--exactly-once',
  },
  'never-sent-in-hops': {
    name: 'never sent, in hops',
    one: 'message is in a hop and was never sent by this run',
    many: 'messages are in the hops and were never sent by this run',
    fails: 'always',
  },
} as const satisfies Readonly<Record<string, FailWords>>;

/** Texts for the reasons why a verdict is unknown. */
export const UNKNOWN_REASONS = {
  'nothing-acked': 'No message of a run was acknowledged, so nothing was tested.',
  'no-end': 'The sender did not end cleanly: its last samples may be missing.',
  'incomplete-drain': 'The queue was not read to its end.',
  redelivered: 'With --exactly-once: a delivery may be a second copy, or a redelivery of the first copy.',
  'unclear-samples': 'The samples file is damaged, incomplete or contradictory.',
  'no-identity': 'The messages carry no identity, so they were only counted.',
  'no-plan':
    'A checksum does not match, and without run.json qbl cannot distinguish damage from fields that a proxy added.',
  'id-reused':
    'Messages of another execution with the same id cannot be distinguished from those of the run.',
  'nothing-identified': 'No message of the run was found, but messages that qbl cannot identify arrived.',
  'incomplete-hop': 'A hop was not read to its end, or may have had more messages.',
  'not-committed': 'Messages were not committed by the observed group of the service.',
  'not-acknowledged': 'It is not proven that the observed service acknowledged every message of the queue.',
  ...DOUBTS,
} as const satisfies Readonly<Record<string, string>>;

export type FailReason = keyof typeof FAIL_REASONS;
export type UnknownReason = keyof typeof UNKNOWN_REASONS;

export const FAIL_REASON_KINDS = Object.keys(FAIL_REASONS) as [FailReason, ...FailReason[]];
export const UNKNOWN_REASON_KINDS = Object.keys(UNKNOWN_REASONS) as [UnknownReason, ...UnknownReason[]];
export const DOUBT_KINDS = Object.keys(DOUBTS) as [DoubtKind, ...DoubtKind[]];

/** Returns the text that follows the number of messages with this problem. */
export function offenceText(kind: FailReason, count: number): string {
  const { one, many } = FAIL_REASONS[kind];
  return count === 1 ? one : many;
}

/** Whether the reason is a problem. Otherwise, the reason is missing evidence. */
export function isFailReason(kind: FailReason | UnknownReason): kind is FailReason {
  return kind in FAIL_REASONS;
}
