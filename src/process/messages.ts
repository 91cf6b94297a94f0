import type { ExitCode } from '../error.ts';

/**
 * The messages between `run` and the processes that it starts. They use Node's IPC channel, because signals differ
 * between systems. The closed channel also shows a child that its parent has ended.
 */
export type ChildMessage =
  /** The process is ready. A server reports its URL. */
  | { readonly type: 'ready'; readonly url: string | null }
  /** Why the process ends before its work is done, in words for the user. */
  | {
      readonly type: 'failed';
      readonly exitCode: ExitCode;
      readonly message: string;
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
  | { readonly phase: 'waiting'; readonly waitsFor: 'sender' | 'service' }
  | {
      readonly phase: 'reading';
      readonly done: number;
      /** Null if the queue does not report how many messages it has. */
      readonly total: number | null;
      /** Why messages are not arriving. Null if no reason is known. */
      readonly obstacle: string | null;
    }
  | {
      readonly phase: 'settling';
      /** Number of missing acknowledged messages. With 0 the verification only waits for further messages. */
      readonly missing: number;
      /** Time until the phase ends, if no message arrives. */
      readonly leftMs: number;
      readonly settleMs: number;
    };

/** Progress of a sender. */
export interface Progress {
  readonly done: number;
  /** Null if the plan ends by time. */
  readonly total: number | null;
  /** Null if the plan ends by loops. */
  readonly totalMs: number | null;
  readonly perSecond: number;
  readonly errors: number;
  readonly p99Ms: number | null;
  readonly elapsedMs: number;
}

/** Progress of a service. */
export interface ServiceProgress {
  /** Number of processed or dead-lettered messages of this run. */
  readonly processed: number;
  /** Number of processed or dead-lettered messages of other runs. */
  readonly others: number;
  /** Number of waiting messages of all runs. Null if the queue did not answer. */
  readonly backlog: number | null;
  /** Messages per second, over the last second. */
  readonly perSecond: number;
  readonly oldestAgeMs: number | null;
}

export type ParentMessage =
  /** Like Ctrl-C. The first time: finish what is in flight and write every file. The second time: stop at once. */
  | { readonly type: 'stop' }
  /** The parent ends, and the child must run on. */
  | { readonly type: 'stay' };
