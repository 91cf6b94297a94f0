import type { ConnectionState } from './queue.ts';

/** The state of a connection. Reports each change, but a repeated failure only once. */
export class ReportedState {
  readonly #onConnection: (state: ConnectionState) => void;
  #current: ConnectionState = { kind: 'waiting', reason: 'not connected yet' };

  constructor(onConnection: (state: ConnectionState) => void) {
    this.#onConnection = onConnection;
  }

  get current(): ConnectionState {
    return this.#current;
  }

  set(state: ConnectionState): void {
    const before = this.#current;
    this.#current = state;
    if (reasonOf(before) !== reasonOf(state)) this.#onConnection(state);
  }
}

function reasonOf(state: ConnectionState): string | null {
  return state.kind === 'waiting' ? state.reason : null;
}
