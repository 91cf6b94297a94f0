import { Condition } from '../condition.ts';
import type { ConnectionState } from '../queue.ts';
import { ReportedState } from '../reported-state.ts';

const PROBE_INTERVAL_MS = 1_000;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 1_000;

/** The reason of a failed connection, and what the user can do about it. */
export interface ConnectionFailure {
  readonly reason: string;
  readonly hint?: string;
}

/** Asks the other side for an answer. Resolves with null if it answers, otherwise with the failure. */
type Probe = () => Promise<ConnectionFailure | null>;

/**
 * Probes a connection until it is closed, and reports each change of its state. The watch probes once a
 * second. After a failure, the watch probes at short intervals that grow up to one second.
 */
export class ConnectionWatch {
  readonly #probe: Probe;
  readonly #state: ReportedState;
  readonly #wakeup = new Condition();
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;

  /**
   * Starts to probe a connection.
   * @param probe asks the other side for an answer; called for the first time before the constructor returns
   */
  constructor(probe: Probe, onConnection: (state: ConnectionState) => void) {
    this.#probe = probe;
    this.#state = new ReportedState(onConnection);
    this.#running = this.#watch();
  }

  get state(): ConnectionState {
    return this.#state.current;
  }

  probeNow(): void {
    this.#wakeup.notifyAll();
  }

  /** Stops reporting. Resolves when no probe is running. The caller must end a running probe. */
  close(): Promise<void> {
    this.#closing.abort();
    return this.#running;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#closing;
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      const failure = await this.#probe();
      if (signal.aborted) return;
      this.#state.set(failure === null ? { kind: 'connected' } : { kind: 'waiting', ...failure });
      retryMs = failure === null ? FIRST_RETRY_MS : Math.min(retryMs * 2, MAX_RETRY_MS);
      await this.#wakeup.wait(failure === null ? PROBE_INTERVAL_MS : retryMs, signal);
    }
  }
}
