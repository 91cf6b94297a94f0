import type { Tool } from '../tools.ts';

/** A queue system to run the conformance suite with. */
export interface System {
  readonly name: string;
  readonly tools: readonly Tool[];
  /** Starts a new, empty system. */
  start(): Promise<RunningSystem>;
}

export interface RunningSystem {
  url(queue: string): string;
  /** Settings that the adapter needs besides the URL. */
  readonly env: NodeJS.ProcessEnv;
  /** Kills the service with SIGKILL and keeps its data. */
  kill(): Promise<void>;
  /** Restarts the service with its data, at its address. */
  restart(): Promise<void>;
  /** Ends the service and deletes its data. */
  stop(): Promise<void>;
}
