import type { Doubt } from '../queue/doubt.ts';
import type { Positions } from '../queue/reader.ts';
import { RUN_COUNTS } from '../runs/documents/counts.ts';
import type { VerifyResult } from './result.ts';

/**
 * Whether two readings of a log saw the same messages in the part that both read, and nothing shows that the log was
 * replaced. The second reading may begin later, because retention removed messages in between.
 */
export function agree(first: VerifyResult, second: VerifyResult): boolean {
  if (!second.record.drained || second.missed !== null || second.doubts.some(isAgainst)) return false;
  if (!leavesNoGap(first, second)) return false;
  const starts: Positions = new Map(second.record.read.map(({ partition, from }) => [partition, from]));
  return first.found.every((before, index) => {
    const now = second.found[index];
    if (now === undefined) return false;
    for (const identity of now.messages()) if (!before.wasSeen(identity)) return false;
    for (const { identity, place } of before.sightings()) {
      const isRead = place.offset >= (starts.get(place.partition) ?? 0);
      if (isRead && !now.wasSeen(identity)) return false;
    }
    return true;
  });
}

/**
 * Whether the doubt prevents the second reading from confirming the first one. A `contradiction` does not prevent that:
 * it says that a service has receipts for messages that the reading did not find. The first reading may have seen these
 * messages.
 */
function isAgainst({ kind, prevents }: Doubt): boolean {
  return prevents === 'always' && kind !== 'contradiction';
}

/**
 * Whether the second reading began where the first one ended, or before. Otherwise retention may have removed late
 * messages that neither reading saw.
 */
function leavesNoGap(first: VerifyResult, second: VerifyResult): boolean {
  const ends = new Map(first.record.read.map(({ partition, to }) => [partition, to]));
  return second.record.read.every(({ partition, from }) => from <= (ends.get(partition) ?? 0));
}

/** Whether the second reading gives the same verdict, for at least the same reasons, with the same counts. */
export function confirms({ record: second }: VerifyResult, { record: first }: VerifyResult): boolean {
  return (
    second.verdict === first.verdict &&
    RUN_COUNTS.every((name) => second[name] === first[name]) &&
    first.reasons.every(({ kind, count }) =>
      second.reasons.some((reason) => reason.kind === kind && reason.count === count),
    )
  );
}

/** Whether a live reader read the same topic as the second reading. The topic is the same if its ID never changed. */
export function isSameTopic(first: VerifyResult, second: VerifyResult): boolean {
  return first.liveTopicId !== null && first.liveTopicId === second.queueId;
}
