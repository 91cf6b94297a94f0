import type { VerifyProgress } from '../process/messages.ts';
import type { Queue, StartingPoint } from '../queue/queue.ts';
import type { Rules } from '../runs/documents/verify-json.ts';
import type { RunFolder } from '../runs/run-folder.ts';

export interface VerifyOptions {
  /** Judged together; each other's messages are foreign to none of them. */
  readonly folders: readonly RunFolder[];
  /** The samples file of the only run; null: each run's own. */
  readonly samplesFile: string | null;
  /** The labels of samples of one's own that are messages, in the order of the requests; empty: not told. */
  readonly labels: readonly string[];
  readonly queue: Queue;
  /** Whether messages may be taken out of the queue for good, where there is no other way to read them. */
  readonly consume: boolean;
  readonly rules: Rules;
  /** Statuses that mean a definite no, beside those that do by themselves. */
  readonly rejectedStatuses: ReadonlySet<number>;
  /** Where a replay begins; null: where the runs began. */
  readonly from: StartingPoint | null;
  readonly settleMs: number;
  /** Bound on the reading after the last send. */
  readonly deadlineMs: number;
  /** Stops reading; what was read until then is judged. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: VerifyProgress) => void;
  /** Called when what was seen or taken could not be noted for later verifications: that costs no verdict. */
  readonly onUnnoted: (reason: string) => void;
}
