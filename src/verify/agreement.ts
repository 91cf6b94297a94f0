import type { Positions } from '../queue/queue.ts';
import { FAIL_REASON_KINDS, type FailReason } from '../runs/documents/reasons.ts';
import type { Reason, VerifyRecord } from '../runs/documents/verify-json.ts';
import type { VerifyResult } from './result.ts';

/**
 * Whether two readings of a log saw the same messages in the part that both read, and nothing shows that the log is
 * another one. The second one may begin later, because retention removed messages in between.
 */
export function agree(first: VerifyResult, second: VerifyResult): boolean {
  if (!second.record.drained || second.doubts.some(({ prevents }) => prevents === 'always')) return false;
  const starts: Positions = new Map(second.record.read.map(({ partition, from }) => [partition, from]));
  return first.found.every((before, index) => {
    const now = second.found[index];
    if (now === undefined) return false;
    for (const { identity } of now.sightings()) if (!before.wasSeen(identity)) return false;
    for (const { identity, place } of before.sightings()) {
      const isRead = place.offset >= (starts.get(place.partition) ?? 0);
      if (isRead && !now.wasSeen(identity)) return false;
    }
    return true;
  });
}

/** Whether the second reading gives the same verdict, for at least the same reasons. */
export function confirms({ record: second }: VerifyResult, { record: first }: VerifyResult): boolean {
  const kinds = new Set(second.reasons.map(({ kind }) => kind));
  return second.verdict === first.verdict && first.reasons.every(({ kind }) => kinds.has(kind));
}

/** Whether a live reader read the same topic that was read again: its ID stayed the same all the time. */
export function isSameTopic(first: VerifyResult, second: VerifyResult): boolean {
  return first.liveTopicId !== null && first.liveTopicId === second.queueId;
}

/** Offences that a message proves which was read. The others need messages that were not found, or the order of all. */
const PROVEN_BY_PRESENCE: readonly FailReason[] = [
  'phantom',
  'unexpected',
  'corrupt',
  'processed-twice',
  'never-sent-in-hops',
];

/**
 * The first reading without the offences that need messages that were not found, because the second reading does not
 * confirm them. Null if no offence is left.
 */
export function withoutAbsence(first: VerifyResult, second: VerifyResult): VerifyResult | null {
  const isOf = (kinds: readonly string[]) => (reason: Reason) => kinds.includes(reason.kind);
  const proven = first.record.reasons.filter(isOf(PROVEN_BY_PRESENCE));
  if (proven.length === 0) return null;
  const gaps = second.record.reasons.filter((reason) => !isOf(FAIL_REASON_KINDS)(reason));
  const record: VerifyRecord = {
    ...first.record,
    verdict: 'fail',
    reasons: [...proven, ...gaps],
    notProven: second.record.notProven,
  };
  return { ...first, record };
}
