import { within } from '../../queue/condition.ts';
import type { BacklogWatch } from '../../queue/queue.ts';
import type { TimelineRow } from '../../runs/rows/timeline-csv.ts';
import type { Clock } from '../working/clock.ts';

const INTERVAL_MS = 100;
/** Leaves room for the row to be written before the next tick. */
const ANSWER_WITHIN_MS = 80;
/** The last row is not followed by another that would tell. */
const LAST_ANSWER_WITHIN_MS = 1_000;
const LATE = Symbol('late');

export interface TimelineOptions {
  readonly backlog: Pick<BacklogWatch, 'read'>;
  readonly clock: Clock;
  /** Messages that are done since the start. */
  readonly done: () => Pick<TimelineRow, 'processed' | 'others'>;
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
    const { clock, done, oldestAgeMs, onRow } = this.#options;
    const atMs = clock.now();
    const backlog = await this.#ask(answerWithinMs);
    const ageMs = backlog === null ? null : oldestAgeMs(atMs, backlog);
    onRow({ atMs, ...done(), backlog, oldestAgeMs: ageMs });
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
}
