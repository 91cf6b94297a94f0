/**
 * Called with the number of events in one tenth of a second. Not called for tenths of a second without events.
 * @param fromMs start of the tenth of a second, in epoch milliseconds
 */
export type OnCount = (fromMs: number, count: number) => void;

const BUCKET_MS = 100;
/**
 * Memory is allocated in pages, and this is the number of tenths of a second in a page. A page must be small: if events
 * are far from each other, each event needs its own page.
 */
const BUCKETS_PER_PAGE = 256;

/**
 * Counts events for each tenth of a second, in any order of time. A run can take weeks. One map entry for each tenth of a
 * second would need 70 MB a day, and a map holds no more than 19 days. Pages need 5 MB a day.
 */
export class TimeCounts {
  readonly #pages = new Map<number, Uint32Array>();

  add(atMs: number): void {
    const bucket = Math.floor(atMs / BUCKET_MS);
    const number = Math.floor(bucket / BUCKETS_PER_PAGE);
    let page = this.#pages.get(number);
    if (page === undefined) {
      page = new Uint32Array(BUCKETS_PER_PAGE);
      this.#pages.set(number, page);
    }
    const index = bucket - number * BUCKETS_PER_PAGE;
    page[index] = (page[index] ?? 0) + 1;
  }

  /** Visits the counts in order of time. */
  forEach(onCount: OnCount): void {
    for (const [number, page] of [...this.#pages].sort(([a], [b]) => a - b)) {
      const first = number * BUCKETS_PER_PAGE;
      page.forEach((count, index) => {
        if (count > 0) onCount((first + index) * BUCKET_MS, count);
      });
    }
  }
}
