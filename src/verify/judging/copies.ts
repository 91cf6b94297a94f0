import { plural, verb } from '../../plural.ts';
import type { Doubt } from '../../queue/doubt.ts';
import type { Reader, Stored } from '../../queue/reader.ts';
import type { GatheredRun } from '../gathering/gathered.ts';
import type { Inspection } from '../reading/inspection.ts';
import { type ConcludedRun, concludeRun, sumOfCounts } from './conclude.ts';
import { startedAgain } from './started-again.ts';

interface Known {
  readonly reachedEnd: boolean;
  /** Whether the runs had a service. Its receipts show what the queue delivered. */
  readonly hasReceipts: boolean;
  /** Returns the starts of a run for which the queue and the hops were read. */
  readonly readStarts: (run: string) => readonly (number | null)[];
}

interface ConcludedRuns {
  readonly runs: readonly ConcludedRun[];
  /**
   * Why the copies do not show what the queue itself stored. Null if the copies show it, or if the receipts of a
   * service show it.
   */
  readonly doubt: Doubt | null;
}

/**
 * Determines the outcomes of all runs if a tap has read copies of the messages. If a copy's message has no ack, the
 * queue may have refused the message. Such a message counts as arrived on one of two conditions: a service has a
 * receipt for it, or the queue contains as many messages as copies were read.
 */
export async function concludeRuns(
  gathered: readonly GatheredRun[],
  inspection: Inspection,
  reader: Reader | null,
  { reachedEnd, hasReceipts, readStarts }: Known,
): Promise<ConcludedRuns> {
  const concludeAll = (copiesOnly: boolean) =>
    gathered.map((run) => ofStart(concludeRun(run, inspection, copiesOnly), readStarts(run.run)));
  if (reader?.stored === undefined) return { runs: concludeAll(false), doubt: null };
  const runs = concludeAll(true);
  if (hasReceipts || !reachedEnd) return { runs, doubt: null };
  const { acked, lost } = sumOfCounts(runs);
  // No copy of a lost message was read, so the loss is certain.
  if (lost > 0) return { runs, doubt: null };
  const unstored = unstoredOf(runs);
  const copies = unstored.rejected + unstored.indeterminate;
  const stored = await reader.stored(acked + copies);
  // The number of messages that the queue reports may include late messages, which arrived after this verification
  // stopped counting. So compare it with the number of all messages, including late ones.
  const all = inspection.deliveries + inspection.late;
  if (copies > 0 && stored.kind === 'counted' && stored.messages >= all) {
    return { runs: concludeAll(false), doubt: null };
  }
  return { runs, doubt: doubtOfCopies(stored, acked, unstored) };
}

/** If the messages were read for another start of the run, they prove nothing about this one. */
function ofStart(run: ConcludedRun, readStarts: readonly (number | null)[]): ConcludedRun {
  const why = startedAgain(run, readStarts);
  return why === null ? run : { ...run, mingled: why, isOfOtherStart: true };
}

function unstoredOf(runs: readonly ConcludedRun[]): ConcludedRun['unstored'] {
  const sum = (name: 'rejected' | 'indeterminate') =>
    runs.reduce((total, { unstored }) => total + unstored[name], 0);
  return { rejected: sum('rejected'), indeterminate: sum('indeterminate') };
}

function doubtOfCopies(
  stored: Stored,
  acked: number,
  { rejected, indeterminate }: ConcludedRun['unstored'],
): Doubt | null {
  if (stored.kind === 'unknown') return lacks(stored.text);
  // If the queue stored a rejected message, the verdict must be a fail. While this is not known, a pass is not
  // possible.
  const prevents = rejected > 0 ? 'always' : 'never';
  const unacked = rejected + indeterminate;
  const copies = `${plural(unacked, 'message')} without an ack ${verb(unacked, 'was', 'were')} routed`;
  if (stored.kind === 'hidden') return { kind: 'queue-not-seen', text: stored.text, prevents };
  if (stored.messages < acked) {
    const why =
      'the queue has no binding, does not answer or dropped messages, or a consumer took messages and ended';
    return lacks(`${stored.text}, but ${acked} ${verb(acked, 'was', 'were')} acknowledged: ${why}`);
  }
  if (unacked === 0 || stored.messages === acked) return null;
  const text = `${copies}, and ${stored.text}: it is unknown which of them the queue has`;
  return { kind: 'queue-not-seen', text, prevents };
}

function lacks(text: string): Doubt {
  return { kind: 'queue-lacks-messages', text, prevents: 'always' };
}
