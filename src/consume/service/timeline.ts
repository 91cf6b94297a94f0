import { within } from '../../queue/condition.ts';
import type { BacklogWatch } from '../../queue/queue.ts';
import type { TimelineRow } from '../../runs/rows/timeline-csv.ts';
import type { Clock } from '../working/clock.ts';

const INTERVAL_MS = 100;
/** Leaves time to write the row before the next tick. */
const ANSWER_WITHIN_MS = 80;
/** No later row can carry the answer to the last question. */
const LAST_ANSWER_WITHIN_MS = 1_000;
const LATE = Symbol('late');

export interface TimelineOptions {
  readonly backlog: Pick<BacklogWatch, 'read'>;
  readonly clock: Clock;
  /** Messages finished since the start. */
  readonly done: () => Pick<TimelineRow, 'processed' | 'others'>;
  readonly oldestAgeMs: (nowMs: number, backlog: number) => number;
  /** Called every 100 ms. */
  readonly onRow: (row: TimelineRow) => void;
}

/** Samples the state of the service every 100 ms. A busy machine can skip ticks. */
export class Timeline {
  readonly #options: TimelineOptions;
  readonly #running: Promise<void>;
  readonly #end = new AbortController();
  #asked: Promise<TimelineRow> | null = null;

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Writes a last row first. */
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
    await this.#lastTick();
  }

  /** A late answer is older than the end, so the queue is asked once more. */
  async #lastTick(): Promise<void> {
    if (this.#asked !== null) await this.#ask(LAST_ANSWER_WITHIN_MS);
    await this.#tick(LAST_ANSWER_WITHIN_MS);
  }

  async #tick(answerWithinMs = ANSWER_WITHIN_MS): Promise<void> {
    const atMs = this.#options.clock.now();
    const row = await this.#ask(answerWithinMs);
    this.#options.onRow(row ?? this.#rowAt(atMs, null));
  }

  /** Sends no second question before the first is answered. A later row carries a late answer. */
  async #ask(withinMs: number): Promise<TimelineRow | null> {
    const isLate = this.#asked !== null;
    this.#asked ??= this.#answered();
    const waitMs = isLate ? Math.max(0, withinMs - ANSWER_WITHIN_MS) : withinMs;
    const answer = await within<TimelineRow | typeof LATE>(this.#asked, waitMs, LATE);
    if (answer === LATE) return null;
    this.#asked = null;
    return answer;
  }

  /** All figures of a row are from the moment of the answer. Otherwise messages done later would count twice. */
  async #answered(): Promise<TimelineRow> {
    const backlog = await this.#options.backlog.read();
    return this.#rowAt(this.#options.clock.now(), backlog);
  }

  #rowAt(atMs: number, backlog: number | null): TimelineRow {
    const { done, oldestAgeMs } = this.#options;
    const ageMs = backlog === null ? null : oldestAgeMs(atMs, backlog);
    return { atMs, ...done(), backlog, oldestAgeMs: ageMs };
  }
}
