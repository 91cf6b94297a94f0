import type { ServerResponse } from 'node:http';

/**
 * A limited set of unfinished HTTP answers. If the set is full, a new answer replaces an answer whose client
 * does not read, otherwise the oldest answer. So clients that never read cannot use up memory, and other
 * clients still get answers.
 */
export class Answers {
  readonly #most: number;
  /** The answers, in the order in which they were added. */
  readonly #open = new Set<ServerResponse>();

  constructor(most: number) {
    this.#most = most;
  }

  add(answer: ServerResponse): void {
    const open = this.list();
    const displaced = open.length < this.#most ? undefined : (open.find(mustWait) ?? open[0]);
    displaced?.req.socket.destroy();
    this.#open.add(answer);
    answer.on('close', () => this.#open.delete(answer));
    // A client can disconnect during a write. An error event without a listener would end the process.
    answer.on('error', () => {});
  }

  /** The answers whose clients are still connected. */
  list(): ServerResponse[] {
    for (const answer of this.#open) if (isOver(answer)) this.#open.delete(answer);
    return [...this.#open];
  }
}

/**
 * Whether the answer or its connection is closed. Several answers can wait for one connection. If the connection is
 * closed, Node closes only the first of them.
 */
function isOver({ destroyed, req }: ServerResponse): boolean {
  return destroyed || req.socket.destroyed;
}

function mustWait({ writableNeedDrain }: ServerResponse): boolean {
  return writableNeedDrain;
}
