import type { TimelineRow } from '../../runs/rows/timeline-csv.ts';

/** In any queue, a message can be in transit between two counts. */
const LEAST_QUIET_MS = 1_000;

/** Decides from timeline rows whether the queue is empty: no backlog and no finished message for long enough. */
export class Draining {
  readonly #quietMs: number;
  #quietSinceMs: number | null = null;
  #done = 0;
  #isOver = false;

  /** @param lagMs longest delay of the queue's counts */
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
    // A row without an answer of the queue shows nothing.
    else if (backlog !== null) this.#quietSinceMs ??= atMs;
    this.#isOver = backlog === 0 && this.#quietSinceMs !== null && atMs - this.#quietSinceMs >= this.#quietMs;
  }
}
