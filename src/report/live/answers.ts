import type { ServerResponse } from 'node:http';

/**
 * Answers that have not left yet, up to a bound. One more takes the place of another: of one that its reader does not
 * take, or else of the oldest. So readers that take nothing hold bounded memory, and keep nobody out.
 */
export class Answers {
  readonly #most: number;
  /** The oldest first. */
  readonly #open = new Set<ServerResponse>();

  constructor(most: number) {
    this.#most = most;
  }

  add(answer: ServerResponse): void {
    if (this.list().length >= this.#most) this.#displaced()?.destroy();
    this.#open.add(answer);
    answer.on('close', () => this.#open.delete(answer));
    // Its reader went away while something was written.
    answer.on('error', () => {});
  }

  /** Those whose readers are there. */
  list(): ServerResponse[] {
    return [...this.#open].filter(({ destroyed }) => !destroyed);
  }

  #displaced(): ServerResponse | undefined {
    const open = this.list();
    return open.find(({ writableNeedDrain }) => writableNeedDrain) ?? open[0];
  }
}
