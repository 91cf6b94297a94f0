import type { ServerResponse } from 'node:http';

/**
 * A limited set of unfinished HTTP answers. If the set is full, a new answer replaces one whose client does not read,
 * or else the oldest one. So clients that never read cannot use up memory, and other clients still get answers.
 */
export class Answers {
  readonly #most: number;
  /** The answers, in the order in which they were added. */
  readonly #open = new Set<ServerResponse>();

  constructor(most: number) {
    this.#most = most;
  }

  add(answer: ServerResponse): void {
    if (this.list().length >= this.#most) this.#displaced()?.destroy();
    this.#open.add(answer);
    answer.on('close', () => this.#open.delete(answer));
    // A client can disconnect during a write. An error event without a listener would end the process.
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
