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
  /** Kills the queue system with SIGKILL and keeps its data. */
  kill(): Promise<void>;
  /** Restarts the queue system with its data, at its address. */
  restart(): Promise<void>;
  /** Ends the queue system and deletes its data. */
  stop(): Promise<void>;
}
