import { RUN_COUNTS, type RunCounts, totalOf, zeroOf } from '../../runs/documents/counts.ts';

/** The counts of a run, and what is unclear about them. */
export interface ProvableRun {
  readonly counts: RunCounts;
  /** Its rows may name other messages than they are of. */
  readonly misnamed: boolean;
  /** Why messages of another execution of its id may be treated as its own; null: they can be told apart. */
  readonly mingled: string | null;
  /** Why its messages may be there and not be readable; null: nothing tells so. */
  readonly unidentified: string | null;
}

/** The counts that can prove an offence. What is unclear about one run takes nothing from what another run proves. */
export function provableOf(runs: readonly ProvableRun[]): RunCounts {
  return totalOf(RUN_COUNTS, runs.map(provable));
}

function provable({ counts, mingled, misnamed, unidentified }: ProvableRun): RunCounts {
  if (mingled !== null) return zeroOf(RUN_COUNTS);
  const { lost, phantom, outOfOrder } = counts;
  return {
    ...counts,
    lost: misnamed || unidentified !== null ? 0 : lost,
    phantom: misnamed ? 0 : phantom,
    outOfOrder: misnamed ? 0 : outOfOrder,
  };
}
