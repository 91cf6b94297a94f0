import type { TimelineRow } from '../../runs/rows/timeline-csv.ts';

/** A message may be on its way between two counts, whatever the system. */
const LEAST_QUIET_MS = 1_000;

/** Tells from the rows since the stop when the queue is empty: nothing counted and nothing done for long enough. */
export class Draining {
  readonly #quietMs: number;
  #quietSinceMs: number | null = null;
  #done = 0;
  #isOver = false;

  /** @param lagMs how far the counts may lag behind */
  constructor(lagMs: number) {
    this.#quietMs = Math.max(LEAST_QUIET_MS, lagMs);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  add({ atMs, backlog, processed, others }: TimelineRow): void {
    const done = processed + others;
    const isQuiet = (backlog ?? 0) === 0 && done === this.#done;
    this.#done = done;
    if (!isQuiet) this.#quietSinceMs = null;
    // A queue that does not answer in time says nothing.
    else if (backlog !== null) this.#quietSinceMs ??= atMs;
    this.#isOver = backlog === 0 && this.#quietSinceMs !== null && atMs - this.#quietSinceMs >= this.#quietMs;
  }
}
