import { threadSpansOf } from '../../plan/groups/thread-spans.ts';
import type { LoadGroup } from './load-group.ts';

/** The start of one thread. `index` is the thread's number in its group, from 0. */
export interface ThreadStart {
  readonly group: LoadGroup;
  readonly index: number;
  readonly atMs: number;
  /** The time at which the thread ends. Infinity if time does not end it. */
  readonly endMs: number;
}

/** The starts of all threads in order of time, in milliseconds since the start of the groups. */
export function threadStarts(groups: readonly LoadGroup[]): ThreadStart[] {
  return groups.flatMap(startsOf).sort((a, b) => a.atMs - b.atMs);
}

function startsOf(group: LoadGroup): ThreadStart[] {
  return threadSpansOf(group.plan).map(({ index, startMs, endMs }) => ({
    group,
    index,
    atMs: startMs,
    endMs,
  }));
}

/** Starts threads at their times. One timer serves all threads. */
export class RampUp {
  readonly #starts: readonly ThreadStart[];
  readonly #elapsedMs: () => number;
  readonly #start: (start: ThreadStart) => void;
  #next = 0;
  #stopped = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(starts: readonly ThreadStart[], elapsedMs: () => number, start: (start: ThreadStart) => void) {
    this.#starts = starts;
    this.#elapsedMs = elapsedMs;
    this.#start = start;
  }

  get done(): boolean {
    return this.#stopped || this.#next >= this.#starts.length;
  }

  /** The starts of the threads that have not started. */
  get left(): readonly ThreadStart[] {
    return this.#starts.slice(this.#next);
  }

  /** Starts the due threads, and sets the timer for the next threads. */
  run(): void {
    while (!this.done) {
      const start = this.#starts[this.#next];
      if (start === undefined) return;
      const waitMs = start.atMs - this.#elapsedMs();
      if (waitMs > 0) {
        this.#timer = setTimeout(() => this.run(), waitMs);
        return;
      }
      this.#next += 1;
      this.#start(start);
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }
}
