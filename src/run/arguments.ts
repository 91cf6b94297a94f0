import type { Capacity } from '../capacity/capacity.ts';
import type { DirectBounds } from '../comparison/direct-half.ts';

/** The run that a part belongs to, as each part is told of it. */
export interface NamedRun {
  readonly run: string;
  /** The directory of runs. */
  readonly runs: string;
}

interface Sending extends NamedRun {
  readonly experiment: string;
  /** Null: what is sent goes to the service itself. */
  readonly queue: string | null;
  /** Failed requests do not fail the sender. */
  readonly allowErrors: boolean;
}

/** What each part of a run is told. Its words are known where the options of its command are declared. */
export interface PartArguments {
  broker(dataDirectory: string): readonly string[];
  serve(queue: string): readonly string[];
  verify(run: NamedRun, queue: string): readonly string[];
  consume(run: NamedRun, queue: string, capacity: Capacity): readonly string[];
  direct(run: NamedRun, capacity: Capacity, bounds: DirectBounds): readonly string[];
  sender(sending: Sending): readonly string[];
  /** Of the sender as well: those that may hold a secret. */
  sendersPrivate(url: string): readonly string[];
  /** The capacity in the words of an option, for people. */
  capacity(capacity: Capacity): string;
}
