import type { ExitCode } from '../error.ts';

/**
 * What qbl's processes tell each other when `run` starts them: over Node's IPC channel, because signals differ
 * between systems and a child must notice when its parent is gone.
 */
export type ChildMessage =
  /** It does its work from now on; for servers, under this URL. */
  | { readonly type: 'ready'; readonly url: string | null }
  /** Why it ends before its work is done, in the words that a user would see. */
  | {
      readonly type: 'failed';
      readonly exitCode: ExitCode;
      readonly message: string;
      readonly hint: string | null;
    }
  /** How far a sender has come. */
  | { readonly type: 'progress'; readonly progress: Progress }
  /** How a service stands. */
  | { readonly type: 'service-progress'; readonly progress: ServiceProgress }
  /** How far a verification has come. */
  | { readonly type: 'verify-progress'; readonly progress: VerifyProgress };

/** How far a verification has come, by its phase. */
export type VerifyProgress =
  | { readonly phase: 'waiting'; readonly waitsFor: 'sender' | 'service' }
  | {
      readonly phase: 'reading';
      readonly done: number;
      /** Null: the queue does not report how much there is. */
      readonly total: number | null;
      /** What holds messages back; null: nothing known. */
      readonly obstacle: string | null;
    }
  | {
      readonly phase: 'settling';
      /** Acknowledged messages that are missing; 0: only quiet is waited for. */
      readonly missing: number;
      /** Until the phase ends if nothing comes. */
      readonly leftMs: number;
      readonly settleMs: number;
    };

/** How far a sender has come. */
export interface Progress {
  readonly done: number;
  /** Null when the plan ends by time. */
  readonly total: number | null;
  /** Null when the plan ends by loops. */
  readonly totalMs: number | null;
  readonly perSecond: number;
  readonly errors: number;
  readonly p99Ms: number | null;
  readonly elapsedMs: number;
}

/** How a service stands. */
export interface ServiceProgress {
  /** Messages of the run that were processed or dead-lettered. */
  readonly processed: number;
  /** The same for messages of other runs. */
  readonly others: number;
  /** Of whatever run; null: the queue did not answer. */
  readonly backlog: number | null;
  /** Over the last second. */
  readonly perSecond: number;
  readonly oldestAgeMs: number | null;
}

export type ParentMessage =
  /** What Ctrl-C means: at first to finish what is in flight and write every file, then to stop at once. */
  | { readonly type: 'stop' }
  /** The parent goes, and that is no reason to end. */
  | { readonly type: 'stay' };
