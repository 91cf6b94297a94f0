import type { Plan } from '../../plan/plan.ts';
import { RUN_COUNTS, type RunCounts, totalOf, zeroOf } from '../../runs/documents/counts.ts';

/** The counts of a run, and reasons to doubt them. */
export interface ProvableRun {
  readonly counts: RunCounts;
  /** Number of copies that are corrupt only because their content does not match the hash in the row. */
  readonly contentsDiffer: number;
  /** Whether the rows of the samples may name the wrong messages. */
  readonly misnamed: boolean;
  /**
   * Why messages from another sender that used the same run ID may be counted for this run. Null if such messages can
   * be distinguished.
   */
  readonly mingled: string | null;
  /** Why messages of the run may be in the queue but not readable. Null if nothing shows that. */
  readonly unidentified: string | null;
  /**
   * Number of deliveries whose checksum does not match, and whose plan is not known. Each of them may be only an event
   * about a message, such as an audit record.
   */
  readonly unproven: number;
}

/** Adds up the counts that can prove a problem. A count that is in doubt for a run is added as 0. */
export function provableOf(runs: readonly ProvableRun[]): RunCounts {
  return totalOf(RUN_COUNTS, runs.map(provable));
}

function provable(run: ProvableRun): RunCounts {
  const { counts, contentsDiffer, mingled, misnamed, unidentified, unproven } = run;
  if (mingled !== null) return zeroOf(RUN_COUNTS);
  const { lost, phantom, corrupt, duplicated, outOfOrder } = counts;
  return {
    ...counts,
    lost: misnamed || unidentified !== null ? 0 : lost,
    phantom: misnamed ? 0 : withoutEvents(phantom, unproven),
    corrupt: misnamed ? corrupt - contentsDiffer : corrupt,
    duplicated: withoutEvents(duplicated, unproven),
    // If one unproven copy is only an event about a message, its position can make many messages seem late. So unproven
    // copies make the order unproven.
    outOfOrder: misnamed || unproven > 0 ? 0 : outOfOrder,
  };
}

/** Splits the messages that a service processed twice into those that are proven, and those that are not. */
export function processedTwiceBy(runs: readonly Served[], processedTwice: number) {
  const ofEvents = runs
    .filter(({ plan }) => plan === null)
    .reduce((total, { tally }) => total + tally.receipts.unprovenProcessings, 0);
  const proven = withoutEvents(processedTwice, ofEvents);
  return { processedTwice: proven, unprovenTwice: processedTwice - proven };
}

interface Served {
  readonly plan: Plan | null;
  readonly tally: { readonly receipts: { readonly unprovenProcessings: number } };
}

/**
 * Returns how many of the counted messages are certain. Each unproven copy may be only an event about one of these
 * messages.
 */
function withoutEvents(messages: number, unproven: number): number {
  return Math.max(0, messages - unproven);
}
