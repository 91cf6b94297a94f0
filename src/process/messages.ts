import type { ExitCode } from '../error.ts';

/**
 * Messages between `qbl run` and the processes that it starts. They use Node's IPC channel, because signals differ
 * between operating systems. When its parent ends, a child notices that the channel closes.
 */
export type ChildMessage =
  /** The process is ready. A server reports its URL. */
  | { readonly type: 'ready'; readonly url: string | null }
  /** The process ends before its work is done. `message` and `hint` are texts for the user. */
  | {
      readonly type: 'failed';
      readonly exitCode: ExitCode;
      readonly message: string;
      readonly details: readonly string[];
      readonly hint: string | null;
    }
  /** Progress of a sender. */
  | { readonly type: 'progress'; readonly progress: Progress }
  /** Progress of a service. */
  | { readonly type: 'service-progress'; readonly progress: ServiceProgress }
  /** Progress of a verification. */
  | { readonly type: 'verify-progress'; readonly progress: VerifyProgress };

/** Progress of a verification, by phase. */
export type VerifyProgress =
  | { readonly phase: 'waiting'; readonly waitsFor: 'sender' | 'service' | 'observed-service' | 'hops' }
  | {
      readonly phase: 'reading';
      readonly done: number;
      /** Number of messages to read. Null if the queue does not report it. */
      readonly total: number | null;
      /** Why messages are not arriving. Null if no reason is known. */
      readonly obstacle: string | null;
    }
  | {
      readonly phase: 'settling';
      /**
       * Number of acknowledged messages that are missing so far. At 0, the verification only waits for further
       * messages that can still arrive.
       */
      readonly missing: number;
      /** Time until this phase ends, if no further message arrives. */
      readonly leftMs: number;
      readonly settleMs: number;
    };

/** Progress of a sender. */
export interface Progress {
  readonly done: number;
  /** Number of requests of the plan. Null if the plan ends by time. */
  readonly total: number | null;
  /** Duration of the plan. Null if the plan ends by loops. */
  readonly totalMs: number | null;
  readonly perSecond: number;
  readonly errors: number;
  readonly p99Ms: number | null;
  readonly elapsedMs: number;
}

export interface ServiceProgress {
  /** Number of messages of this run that were processed or dead-lettered. */
  readonly processed: number;
  /** Number of messages of other runs that were processed or dead-lettered. */
  readonly others: number;
  /** Number of messages that wait in the queue, from all runs. Null if the queue did not answer. */
  readonly backlog: number | null;
  /** Processed messages per second, over the last second. */
  readonly perSecond: number;
  readonly oldestAgeMs: number | null;
}

export type ParentMessage =
  /**
   * Stop, as on Ctrl-C. The first time, finish what is in flight and write every file. The second time, stop at once.
   */
  | { readonly type: 'stop' }
  /** The parent ends, and the child must continue. */
  | { readonly type: 'stay' };
