import { within } from '../queue/condition.ts';
import type { Backlog } from '../queue/queue.ts';
import type { TimelineRow } from '../runs/timeline-csv.ts';
import type { Clock } from './clock.ts';

const INTERVAL_MS = 100;
/** Leaves room for the row to be written before the next tick. */
const ANSWER_WITHIN_MS = 80;
/** The last row is not followed by another that would tell. */
const LAST_ANSWER_WITHIN_MS = 1_000;
const LATE = Symbol('late');

export interface TimelineOptions {
  readonly backlog: Pick<Backlog, 'read'>;
  readonly clock: Clock;
  /** Messages done with since the start. */
  readonly processed: () => number;
  readonly oldestAgeMs: (nowMs: number, backlog: number) => number;
  /** Called every 100 ms. */
  readonly onRow: (row: TimelineRow) => void;
}

/** Looks every 100 ms at how the service stands. Ticks that the machine was too busy for are left out. */
export class Timeline {
  readonly #options: TimelineOptions;
  readonly #running: Promise<void>;
  readonly #end = new AbortController();
  #asked: Promise<number | null> | null = null;
  /** Backlog and messages done with, when the backlog was known first. */
  #base: number | null = null;
  #arrived = 0;

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** After a last look. */
  async stop(): Promise<void> {
    this.#end.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock } = this.#options;
    const startMs = clock.now();
    while (!this.#end.signal.aborted) {
      await this.#tick();
      const ticks = Math.floor((clock.now() - startMs) / INTERVAL_MS) + 1;
      await clock.until(startMs + ticks * INTERVAL_MS, this.#end.signal);
    }
    await this.#tick(LAST_ANSWER_WITHIN_MS);
  }

  async #tick(answerWithinMs = ANSWER_WITHIN_MS): Promise<void> {
    const { clock, processed, oldestAgeMs, onRow } = this.#options;
    const atMs = clock.now();
    const backlog = await this.#ask(answerWithinMs);
    const done = processed();
    const ageMs = backlog === null ? null : oldestAgeMs(atMs, backlog);
    onRow({ atMs, arrived: this.#arrivedBy(done, backlog), processed: done, backlog, oldestAgeMs: ageMs });
  }

  /** What is still asked is not asked again: a late answer serves a later row. */
  async #ask(withinMs: number): Promise<number | null> {
    const isLate = this.#asked !== null;
    this.#asked ??= this.#options.backlog.read();
    const waitMs = isLate ? Math.max(0, withinMs - ANSWER_WITHIN_MS) : withinMs;
    const answer = await within<number | null | typeof LATE>(this.#asked, waitMs, LATE);
    if (answer === LATE) return null;
    this.#asked = null;
    return answer;
  }

  /** What was done and what waits came one day; what waited at the start did not come since. */
  #arrivedBy(done: number, backlog: number | null): number | null {
    if (backlog === null) return null;
    this.#base ??= done + backlog;
    // A message that is done twice, or counted while it is acknowledged, would let the number fall again.
    this.#arrived = Math.max(this.#arrived, done + backlog - this.#base);
    return this.#arrived;
  }
}
