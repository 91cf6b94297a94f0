import type { Tool } from '../tools.ts';

/** A queue system that the conformance suite is held against. */
export interface System {
  readonly name: string;
  readonly tools: readonly Tool[];
  /** A system of its own, with nothing in it. */
  start(): Promise<RunningSystem>;
}

export interface RunningSystem {
  /** The URL of the queue of that name. */
  url(queue: string): string;
  /** What the adapter needs beside the URL. */
  readonly env: NodeJS.ProcessEnv;
  /** Ends it with SIGKILL and keeps its data. */
  kill(): Promise<void>;
  /** Starts it again with its data, at its address. */
  restart(): Promise<void>;
  /** Ends it and deletes its data. */
  stop(): Promise<void>;
}
