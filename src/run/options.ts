import type { Progress, ServiceProgress, VerifyProgress } from '../process/messages.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import type { PartArguments } from './arguments.ts';
import type { RunService } from './service.ts';

export interface RunOptions {
  readonly folder: RunFolder;
  /** What this run and others are a part of: the id that the first of them would have by itself. */
  readonly experiment: string;
  /** The directory of runs, as the other processes are told. */
  readonly runsDirectory: string;
  /** A queue that is there already; null: an embedded broker is started. */
  readonly queue: string | null;
  /** An endpoint that is there already; null: a proxy is started. */
  readonly url: string | null;
  /** The command that sends. */
  readonly sender: 'blast' | 'jmeter';
  /** Failed requests do not fail the run. */
  readonly allowErrors: boolean;
  /** What the parts are told beside what the run decides. */
  readonly partArguments: PartArguments;
  /** Bound on what goes on after the last send. */
  readonly deadlineMs: number;
  /** The service behind the queue; null: nobody consumes. */
  readonly service: RunService | null;
  /** Leave broker and proxy running. */
  readonly keep: boolean;
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** Stop sending, and verify what was sent. */
  readonly stop: AbortSignal;
  /** Stop everything at once. */
  readonly interrupt: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onServiceProgress: (progress: ServiceProgress) => void;
  /** Called once nothing is sent any more. */
  readonly onVerifyProgress: (progress: VerifyProgress) => void;
  readonly onNote: (line: string) => void;
}
