import type { Claim } from '../comparison/observed.ts';
import type { Progress, ServiceProgress, VerifyProgress } from '../process/messages.ts';
import type { RunFolder } from '../runs/run-folder.ts';
import type { PartArguments } from './arguments.ts';
import type { RunService } from './service.ts';

export interface RunOptions {
  readonly folder: RunFolder;
  /** ID of the experiment that this run belongs to. It is the ID of the first run. */
  readonly experiment: string;
  readonly runsDirectory: string;
  /** The existing queue to use. Null to start an embedded broker. */
  readonly queue: string | null;
  /** The existing endpoint to use. Null to start a proxy. */
  readonly url: string | null;
  /** Whether the plan itself names the endpoint, because JMeter runs it unchanged. No proxy is then started. */
  readonly endpointInPlan: boolean;
  readonly sender: 'blast' | 'jmeter';
  /** Whether the run can pass although requests failed. */
  readonly allowErrors: boolean;
  readonly partArguments: PartArguments;
  /** Maximum time for the work after the last send. */
  readonly deadlineMs: number;
  /** The service behind the queue. Null if nothing consumes the queue. */
  readonly service: RunService | null;
  /**
   * Set if qbl observes the user's own service. `claim` is the capacity of the service according to the user. Null if
   * the user gave no capacity.
   */
  readonly observed: { readonly claim: Claim | null } | null;
  /** True if broker and proxy keep running after the run. */
  readonly keep: boolean;
  readonly directory: string;
  readonly env: NodeJS.ProcessEnv;
  /** When this signal is aborted, the run stops sending, and verifies what was sent. */
  readonly stop: AbortSignal;
  /** When this signal is aborted, the run stops everything at once. */
  readonly interrupt: AbortSignal;
  /** Called when the folder of the run exists, before any process is started. */
  readonly onFolder: () => Promise<void>;
  readonly onProgress: (progress: Progress) => void;
  readonly onServiceProgress: (progress: ServiceProgress) => void;
  /** Called with the progress of the verification, after the last send. */
  readonly onVerifyProgress: (progress: VerifyProgress) => void;
  readonly onNote: (line: string) => void;
}
