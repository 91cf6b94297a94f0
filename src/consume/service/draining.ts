import type { TimelineRow } from '../../runs/rows/timeline-csv.ts';

/**
 * Minimum time without a backlog. While a queue updates its counts, a message can be missing from all counts for a
 * moment.
 */
const LEAST_QUIET_MS = 1_000;

/**
 * Decides from timeline rows whether the queue is empty. The queue counts as empty if, for long enough, the backlog was
 * 0 and no message was finished.
 */
export class Draining {
  readonly #quietMs: number;
  #quietSinceMs: number | null = null;
  #done = 0;
  #isOver = false;

  /** @param lagMs how old the queue's counts can be */
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
    // In a row without an answer of the queue, `backlog` is null. Such a row proves nothing.
    else if (backlog !== null) this.#quietSinceMs ??= atMs;
    this.#isOver = backlog === 0 && this.#quietSinceMs !== null && atMs - this.#quietSinceMs >= this.#quietMs;
  }
}
