import type { Capacity } from '../capacity/capacity.ts';
import type { DirectBounds } from '../comparison/direct-half.ts';

/** The run that a process belongs to. */
export interface NamedRun {
  readonly run: string;
  /** The directory of runs. */
  readonly runs: string;
}

interface Sending extends NamedRun {
  readonly experiment: string;
  /** URL of the queue. Null if the requests go directly to the service. */
  readonly queue: string | null;
  /** Whether the sender exits with code 0 although requests failed. */
  readonly allowErrors: boolean;
}

/** Builds the arguments for each process of a run. src/cli implements it, next to the options of the commands. */
export interface PartArguments {
  broker(dataDirectory: string): readonly string[];
  serve(queue: string): readonly string[];
  verify(run: NamedRun, queue: string): readonly string[];
  consume(run: NamedRun, queue: string, capacity: Capacity): readonly string[];
  direct(run: NamedRun, capacity: Capacity, bounds: DirectBounds): readonly string[];
  sender(sending: Sending): readonly string[];
  /**
   * Further arguments of the sender. They can contain secrets, so they are not shown.
   * @param url null if the plan itself names the endpoint
   */
  sendersPrivate(url: string | null): readonly string[];
  /** The capacity written as command-line options, to show to the user. */
  capacity(capacity: Capacity): string;
}
