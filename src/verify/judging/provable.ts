import { RUN_COUNTS, type RunCounts, totalOf, zeroOf } from '../../runs/documents/counts.ts';

/** The counts of a run, and reasons to doubt them. */
export interface ProvableRun {
  readonly counts: RunCounts;
  /** Number of copies that are corrupt only because their content does not match the hash in the row. */
  readonly contentsDiffer: number;
  /** Whether the rows of the samples may name the wrong messages. */
  readonly misnamed: boolean;
  /**
   * Why messages from another sender that used the same run ID may be counted for this run. Null if they can be
   * distinguished.
   */
  readonly mingled: string | null;
  /** Why messages of the run may be in the queue but not readable. Null if nothing shows that. */
  readonly unidentified: string | null;
}

/** Adds up the counts that can prove a problem. A count that is in doubt for a run is added as 0. */
export function provableOf(runs: readonly ProvableRun[]): RunCounts {
  return totalOf(RUN_COUNTS, runs.map(provable));
}

function provable({ counts, contentsDiffer, mingled, misnamed, unidentified }: ProvableRun): RunCounts {
  if (mingled !== null) return zeroOf(RUN_COUNTS);
  const { lost, phantom, corrupt, outOfOrder } = counts;
  return {
    ...counts,
    lost: misnamed || unidentified !== null ? 0 : lost,
    phantom: misnamed ? 0 : phantom,
    corrupt: misnamed ? corrupt - contentsDiffer : corrupt,
    outOfOrder: misnamed ? 0 : outOfOrder,
  };
}
