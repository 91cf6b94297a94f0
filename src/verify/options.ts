import type { VerifyProgress } from '../process/messages.ts';
import type { Queue } from '../queue/queue.ts';
import type { Delivery, StartingPoint } from '../queue/reader.ts';
import type { Rules } from '../runs/documents/verify-json.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import type { HopWatch } from './hop-watch.ts';

/**
 * Where qbl sees the work of the user's own service: in the committed offsets of its consumer group, or in the counts
 * of its queue.
 */
export type ObservedTarget = { readonly by: 'group'; readonly group: string } | { readonly by: 'queue' };

/** Observes the user's own service during a live reading. */
export interface ServiceObserver {
  /** Call it when a message of the runs arrives at the live reader. */
  arrived(delivery: Pick<Delivery, 'partition' | 'offset' | 'receivedAtMs'>): void;
  /**
   * Call it after the last message was read. Resolves when the service has taken every message, or makes no more
   * progress. Its findings are then in the folder of the run.
   */
  settle(): Promise<void>;
}

export interface VerifyOptions {
  /** The runs that are verified together. A message of one of these runs is not foreign to the others. */
  readonly folders: readonly RunFolder[];
  /** A samples file that belongs to the only run. Null if each run has its file in its folder. */
  readonly samplesFile: string | null;
  /**
   * For a user's own samples file: the labels of the rows with messages, in the order of the requests. Empty if the
   * user gave no labels.
   */
  readonly labels: readonly string[];
  readonly queue: Queue;
  /** Whether qbl may remove messages permanently, from a queue that it cannot read without removing them. */
  readonly consume: boolean;
  readonly rules: Rules;
  /** HTTP statuses that count as rejected, in addition to the default statuses. */
  readonly rejectedStatuses: ReadonlySet<number>;
  /** Where verification after the run begins to read. Null means the start of the runs. */
  readonly from: StartingPoint | null;
  readonly settleMs: number;
  /** Maximum time for reading, counted from the last send. */
  readonly deadlineMs: number;
  /** When this signal is aborted, the reading stops. The verdict then covers what was read so far. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: VerifyProgress) => void;
  /** Called if facts for later verifications could not be written. The verdict does not depend on these facts. */
  readonly onUnnoted: (reason: string) => void;
  /** Observes the user's service. Absent if no service is observed. */
  readonly observer?: ServiceObserver;
  /** Reads the hops, the queues to which the user's service writes. Absent if no hops are read. */
  readonly hops?: HopWatch;
}
