import { within } from '../../queue/condition.ts';
import type { BacklogWatch } from '../../queue/queue.ts';
import type { TimelineRow } from '../../runs/rows/timeline-csv.ts';
import type { Clock } from '../working/clock.ts';

const INTERVAL_MS = 100;
/**
 * How long a row waits for the queue's count. It is less than 100 ms, so that the row is written before the next one
 * is due.
 */
const ANSWER_WITHIN_MS = 80;
/**
 * How long the last row waits for the queue's count. After the last row, no further row could contain a late answer.
 */
const LAST_ANSWER_WITHIN_MS = 1_000;
const LATE = Symbol('late');

export interface TimelineOptions {
  readonly backlog: Pick<BacklogWatch, 'read'>;
  readonly clock: Clock;
  /** Numbers of messages finished since the start, for the run and for other runs. */
  readonly done: () => Pick<TimelineRow, 'processed' | 'others'>;
  readonly oldestAgeMs: (nowMs: number, backlog: number) => number;
  /** Called with each row, every 100 ms. */
  readonly onRow: (row: TimelineRow) => void;
}

/** Records the state of the service every 100 ms. On a busy machine, some rows can be missing. */
export class Timeline {
  readonly #options: TimelineOptions;
  readonly #running: Promise<void>;
  readonly #end = new AbortController();
  #asked: Promise<TimelineRow> | null = null;

  constructor(options: TimelineOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Writes a last row, then ends. */
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

  /**
   * Writes the last row. If qbl still waits for an earlier count, waits for it and then asks the queue again. The
   * earlier count would describe a moment before the end.
   */
  async #lastTick(): Promise<void> {
    if (this.#asked !== null) await this.#ask(LAST_ANSWER_WITHIN_MS);
    await this.#tick(LAST_ANSWER_WITHIN_MS);
  }

  async #tick(answerWithinMs = ANSWER_WITHIN_MS): Promise<void> {
    const atMs = this.#options.clock.now();
    const row = await this.#ask(answerWithinMs);
    this.#options.onRow(row ?? this.#rowAt(atMs, null));
  }

  /**
   * Asks the queue for its count, but only if no earlier request is unanswered. An answer that arrives late is used for
   * a later row.
   */
  async #ask(withinMs: number): Promise<TimelineRow | null> {
    const isLate = this.#asked !== null;
    this.#asked ??= this.#answered();
    const waitMs = isLate ? Math.max(0, withinMs - ANSWER_WITHIN_MS) : withinMs;
    const answer = await within<TimelineRow | typeof LATE>(this.#asked, waitMs, LATE);
    if (answer === LATE) return null;
    this.#asked = null;
    return answer;
  }

  /**
   * Returns a row in which all figures are from the moment of the queue's answer. If a figure were read before the
   * answer, a message could count both as finished and as waiting.
   */
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
