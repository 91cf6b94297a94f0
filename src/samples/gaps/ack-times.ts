/** A period without an acknowledgement, between two acknowledgements. Times are in epoch milliseconds. */
export interface AckSpan {
  /** The last acknowledgement before the span. If there was none, the first start of a request. */
  readonly fromMs: number;
  /** The first acknowledgement after the span. If there was none, the last end of a request. */
  readonly toMs: number;
  /** Whether a request was acknowledged at the end of the span. */
  readonly isRecovered: boolean;
}

export interface LongSpans {
  /** Minimum length of a gap in milliseconds. Shorter spans are not gaps. */
  readonly thresholdMs: number;
  /** Start of the earliest request, in epoch milliseconds. */
  readonly firstStartMs: number;
  /** The longest spans, sorted by time. */
  readonly spans: readonly AckSpan[];
  /** Number of further spans that are at least as long as the threshold. */
  readonly more: number;
}

/**
 * Minimum length of a gap. Acknowledgements are counted in cells of one second. No gap is shorter than a cell, so two
 * acknowledgements in one cell never enclose a gap.
 */
const LEAST_GAP_MS = 1_000;
/**
 * Minimum length of a gap, as the number of requests that are sent on average in that time. At a low rate, shorter
 * pauses between requests are normal.
 */
const LEAST_REQUESTS = 10;
/** Maximum number of gaps that are kept. */
export const MAX_GAPS = 20;

const CELL_MS = 1_000;
/**
 * Memory is allocated in pages, and this is the number of cells (seconds) in a page. Pages are small, because each row
 * may need a page of its own: the times in a file may be far from each other.
 */
const CELLS_PER_PAGE = 60;

/**
 * Finds the longest spans without an acknowledgement, in one pass over the samples, in any order. For each
 * second it keeps only the first and the last acknowledgement. A gap of a second or more is always between
 * the last acknowledgement of one second and the first one of a later second. So the result is exact. An hour
 * needs 50 KB of memory. A request that is far from all others needs 1 KB.
 */
export class AckTimes {
  /**
   * For each minute, the first and the last acknowledgement of each second. They are stored as milliseconds in that
   * second plus 1, and 0 means no acknowledgement.
   */
  readonly #pages = new Map<number, Uint16Array>();
  #samples = 0;
  #firstStartMs = Number.POSITIVE_INFINITY;
  #lastEndMs = Number.NEGATIVE_INFINITY;

  /**
   * Adds a request.
   * @param endMs a whole number of milliseconds
   */
  add(startMs: number, endMs: number, isAcked: boolean): void {
    this.#samples++;
    if (startMs < this.#firstStartMs) this.#firstStartMs = startMs;
    if (endMs > this.#lastEndMs) this.#lastEndMs = endMs;
    if (isAcked) this.#addAck(endMs);
  }

  /** Returns the longest spans. Null without samples. */
  longest(): LongSpans | null {
    if (this.#samples === 0) return null;
    const thresholdMs = this.#threshold();
    const all = [...this.#spans()].filter(({ fromMs, toMs }) => toMs - fromMs >= thresholdMs);
    const longestFirst = all.sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs) || a.fromMs - b.fromMs);
    const spans = longestFirst.slice(0, MAX_GAPS).sort((a, b) => a.fromMs - b.fromMs);
    return { thresholdMs, firstStartMs: this.#firstStartMs, spans, more: all.length - spans.length };
  }

  #threshold(): number {
    const meanMs = (this.#lastEndMs - this.#firstStartMs) / this.#samples;
    return Math.max(LEAST_GAP_MS, Math.ceil(LEAST_REQUESTS * meanMs));
  }

  #addAck(endMs: number): void {
    const cell = Math.floor(endMs / CELL_MS);
    const minute = Math.floor(cell / CELLS_PER_PAGE);
    let page = this.#pages.get(minute);
    if (page === undefined) {
      page = new Uint16Array(2 * CELLS_PER_PAGE);
      this.#pages.set(minute, page);
    }
    const index = 2 * (cell - minute * CELLS_PER_PAGE);
    const time = endMs - cell * CELL_MS + 1;
    const first = page[index] ?? 0;
    if (first === 0 || time < first) page[index] = time;
    if (time > (page[index + 1] ?? 0)) page[index + 1] = time;
  }

  /**
   * Yields the periods between seconds with acknowledgements, the period before the first acknowledgement, and the
   * period after the last one.
   */
  *#spans(): Generator<AckSpan> {
    let fromMs = this.#firstStartMs;
    for (const [minute, page] of [...this.#pages].sort(([a], [b]) => a - b)) {
      for (let cell = 0; cell < CELLS_PER_PAGE; cell++) {
        const first = page[2 * cell] ?? 0;
        if (first === 0) continue;
        const cellMs = (minute * CELLS_PER_PAGE + cell) * CELL_MS - 1;
        yield { fromMs, toMs: cellMs + first, isRecovered: true };
        fromMs = cellMs + (page[2 * cell + 1] ?? first);
      }
    }
    yield { fromMs, toMs: this.#lastEndMs, isRecovered: false };
  }
}
