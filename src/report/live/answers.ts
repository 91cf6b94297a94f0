import type { ServerResponse } from 'node:http';

/**
 * A bounded set of unfinished HTTP answers. A new answer replaces another one if the set is full: one whose client does not
 * read, or else the oldest. So clients that never read use bounded memory, and other clients still get answers.
 */
export class Answers {
  readonly #most: number;
  /** In the order of their start. */
  readonly #open = new Set<ServerResponse>();

  constructor(most: number) {
    this.#most = most;
  }

  add(answer: ServerResponse): void {
    if (this.list().length >= this.#most) this.#displaced()?.destroy();
    this.#open.add(answer);
    answer.on('close', () => this.#open.delete(answer));
    // The client disconnected during a write.
    answer.on('error', () => {});
  }

  /** The answers whose clients are still connected. */
  list(): ServerResponse[] {
    return [...this.#open].filter(({ destroyed }) => !destroyed);
  }

  #displaced(): ServerResponse | undefined {
    const open = this.list();
    return open.find(({ writableNeedDrain }) => writableNeedDrain) ?? open[0];
  }
}
