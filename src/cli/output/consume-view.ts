import type { ServiceProgress } from '../../process/messages.ts';
import type { LiveLine } from '../../report/progress/live-line.ts';
import type { TimelineRow } from '../../runs/rows/timeline-csv.ts';
import type { Context } from '../context.ts';

/** Number of timeline rows in a second: a timeline has one row every 100 ms. */
const ROWS_A_SECOND = 10;

/**
 * Shows the progress of a service: on the terminal with each row of the timeline, and to the parent process `qbl run`
 * each second.
 */
export class ConsumeView {
  readonly #line: LiveLine;
  readonly #text: (progress: ServiceProgress) => string;
  readonly #context: Context;
  /** The timeline rows of the last second. */
  readonly #recent: TimelineRow[] = [];
  #rows = 0;

  constructor(line: LiveLine, text: (progress: ServiceProgress) => string, context: Context) {
    this.#line = line;
    this.#text = text;
    this.#context = context;
  }

  add(row: TimelineRow): void {
    this.#recent.push(row);
    if (this.#recent.length > ROWS_A_SECOND + 1) this.#recent.shift();
    const { processed, others, backlog, oldestAgeMs } = row;
    const progress = { processed, others, backlog, oldestAgeMs, perSecond: this.#perSecond(row) };
    this.#line.update(this.#text(progress));
    if (this.#rows++ % ROWS_A_SECOND === 0)
      this.#context.parent?.tell({ type: 'service-progress', progress });
  }

  note(line: string): void {
    this.#line.note(line);
  }

  end(): void {
    this.#line.end();
  }

  #perSecond({ atMs, processed, others }: TimelineRow): number {
    const [first] = this.#recent;
    if (first === undefined || first.atMs === atMs) return 0;
    const done = processed + others - first.processed - first.others;
    return (done / (atMs - first.atMs)) * 1000;
  }
}
