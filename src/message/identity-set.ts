import { type Identity, MAX_INDEX, MAX_PER_PLAN } from './identity.ts';

/** Number of loops in a page. A page has one bit for each loop. */
const PAGE_LOOPS = 512;

/** The messages of one run that were seen, with one bit for each. */
export class IdentitySet {
  /**
   * For each thread and request, the pages of the loops that were seen. A page is created only when it is needed,
   * because a damaged message can name any loop.
   */
  readonly #pages = new Map<number, Map<number, Uint32Array>>();

  /** Adds a message. Returns true if the set did not have the message yet. */
  add({ group, thread, request, loop }: Omit<Identity, 'run'>): boolean {
    const stream = (group * MAX_INDEX + thread) * (MAX_PER_PLAN + 1) + request;
    const pages = this.#pages.get(stream) ?? new Map<number, Uint32Array>();
    this.#pages.set(stream, pages);
    const number = Math.floor(loop / PAGE_LOOPS);
    const page = pages.get(number) ?? new Uint32Array(PAGE_LOOPS / 32);
    pages.set(number, page);
    const word = (loop % PAGE_LOOPS) >> 5;
    const before = page[word] ?? 0;
    page[word] = before | (1 << (loop & 31));
    return page[word] !== before;
  }
}
