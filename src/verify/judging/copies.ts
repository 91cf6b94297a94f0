import { plural, verb } from '../../plural.ts';
import type { Doubt } from '../../queue/doubt.ts';
import type { Reader, Stored } from '../../queue/queue.ts';
import type { GatheredRun } from '../gathering/gathered.ts';
import type { Inspection } from '../reading/inspection.ts';
import { type ConcludedRun, concludeRun, sumOfCounts } from './conclude.ts';

interface Known {
  /** The reading came to the end of the queue. */
  readonly reachedEnd: boolean;
  /** The runs had a service, whose receipts tell what the queue gave out. */
  readonly hasReceipts: boolean;
}

interface ConcludedRuns {
  readonly runs: readonly ConcludedRun[];
  /** Why copies do not tell what the queue itself got; null: they do, or a service's receipts tell. */
  readonly doubt: Doubt | null;
}

/**
 * Concludes runs. Where a reader got copies, one of a message that was not acked proves nothing at first: the queue
 * may be what refused it. It counts as arrived when a service has a receipt of it, or when the queue itself has as many
 * messages as there were copies.
 */
export async function concludeRuns(
  gathered: readonly GatheredRun[],
  inspection: Inspection,
  reader: Reader | null,
  { reachedEnd, hasReceipts }: Known,
): Promise<ConcludedRuns> {
  const concludeAll = (copiesOnly: boolean) =>
    gathered.map((run) => concludeRun(run, inspection, copiesOnly));
  if (reader?.stored === undefined) return { runs: concludeAll(false), doubt: null };
  const runs = concludeAll(true);
  if (hasReceipts || !reachedEnd) return { runs, doubt: null };
  const { acked, lost } = sumOfCounts(runs);
  // What is lost is missing from the copies as well, which needs no doubt.
  if (lost > 0) return { runs, doubt: null };
  const unstored = unstoredOf(runs);
  const copies = unstored.rejected + unstored.indeterminate;
  const stored = await reader.stored(acked + copies);
  if (copies > 0 && stored.kind === 'counted' && stored.messages >= inspection.deliveries) {
    return { runs: concludeAll(false), doubt: null };
  }
  return { runs, doubt: doubtOfCopies(stored, acked, unstored) };
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
  // A rejected message that the queue has would be a phantom.
  const prevents = rejected > 0 ? 'always' : 'never';
  const unacked = rejected + indeterminate;
  const copies = `${plural(unacked, 'message')} without an ack ${verb(unacked, 'was', 'were')} routed`;
  if (stored.kind === 'hidden') return { kind: 'queue-not-seen', text: stored.text, prevents };
  if (stored.messages < acked) {
    const why = 'it is not bound, does not answer, has dropped some, or a consumer took them and is gone';
    return lacks(`${stored.text}, though ${acked} ${verb(acked, 'was', 'were')} acked: ${why}`);
  }
  if (unacked === 0 || stored.messages === acked) return null;
  const text = `that the queue has none of them, or all: ${copies}, and ${stored.text}`;
  return { kind: 'queue-not-seen', text, prevents };
}

function lacks(text: string): Doubt {
  return { kind: 'queue-lacks-messages', text, prevents: 'always' };
}
