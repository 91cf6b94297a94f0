import type { VerifyProgress } from '../process/messages.ts';
import type { Queue, StartingPoint } from '../queue/queue.ts';
import type { Rules } from '../runs/documents/verify-json.ts';
import type { RunFolder } from '../runs/run-folder.ts';

export interface VerifyOptions {
  /** The runs that are verified together. Their messages are not foreign to each other. */
  readonly folders: readonly RunFolder[];
  /** The samples file of the only run. Null if each run has its own. */
  readonly samplesFile: string | null;
  /** The labels of the messages in a user's own samples, in the order of the requests. Empty if not given. */
  readonly labels: readonly string[];
  readonly queue: Queue;
  /** Whether messages may be removed permanently from a queue that cannot be read in another way. */
  readonly consume: boolean;
  readonly rules: Rules;
  /** Additional statuses that count as rejected. */
  readonly rejectedStatuses: ReadonlySet<number>;
  /** Where a replay begins. Null if it begins at the start of the runs. */
  readonly from: StartingPoint | null;
  readonly settleMs: number;
  /** Maximum time for reading after the last send. */
  readonly deadlineMs: number;
  /** Stops the reading. Everything read so far is judged. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: VerifyProgress) => void;
  /** Called if facts for later verifications could not be recorded. The verdict does not depend on that. */
  readonly onUnnoted: (reason: string) => void;
}
