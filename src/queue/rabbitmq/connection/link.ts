import { once } from 'node:events';
import type { Connection } from 'rabbitmq-client';
import { Condition, within } from '../../condition.ts';
import type { ConnectionState } from '../../queue.ts';
import { ReportedState } from '../../reported-state.ts';
import { closeConnection, type RabbitmqClient } from './client.ts';
import { describeRabbitmqError } from './errors.ts';

const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 1_000;
const OPEN_TIMEOUT_MS = 10_000;
/** How long `close` waits for a running connection attempt. An attempt that takes longer ends later by itself. */
const CLOSE_TIMEOUT_MS = 2_000;

/** The channels that were set up on a connection. */
export interface RabbitmqSession {
  /** Closes the channels. Resolves when the broker has processed everything that was sent over them. */
  close(): Promise<void>;
}

export interface RabbitmqLinkOptions {
  readonly client: RabbitmqClient;
  /**
   * Sets up a new connection, which can be used when the promise resolves. Calls `lose` if the connection fails later.
   */
  readonly open: (connection: Connection, lose: (reason: string) => void) => Promise<RabbitmqSession>;
  readonly onConnection: (state: ConnectionState) => void;
}

/**
 * A connection that is opened in the background. If the connection fails, it is opened again, as often as
 * necessary.
 */
export class RabbitmqLink {
  readonly #options: RabbitmqLinkOptions;
  readonly #wakeup = new Condition();
  readonly #running: Promise<void>;
  readonly #state: ReportedState;
  #connection: Connection | null = null;
  #session: RabbitmqSession | null = null;
  #connections = 0;
  #lost = new AbortController();
  #closed = false;

  constructor(options: RabbitmqLinkOptions) {
    this.#options = options;
    this.#state = new ReportedState(options.onConnection);
    this.#running = this.#keepConnected();
  }

  get state(): ConnectionState {
    return this.#state.current;
  }

  /** The connection. Null while no connection is set up. */
  get connection(): Connection | null {
    return this.#connection;
  }

  /** Number of connections set up so far. */
  get connections(): number {
    return this.#connections;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#session?.close();
    this.#lost.abort('closed');
    this.#wakeup.notifyAll();
    await within(this.#running, CLOSE_TIMEOUT_MS, undefined);
  }

  async #keepConnected(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.#closed) {
      const before = this.#connections;
      const reason = await this.#connectOnce();
      if (this.#closed) return;
      this.#state.set({ kind: 'waiting', reason });
      if (this.#connections > before) retryMs = FIRST_RETRY_MS;
      await this.#wakeup.wait(retryMs);
      retryMs = Math.min(retryMs * 2, MAX_RETRY_MS);
    }
  }

  /** Opens one connection and waits until it is lost. Resolves with the reason for the loss. */
  async #connectOnce(): Promise<string> {
    this.#lost = new AbortController();
    try {
      const connection = await this.#options.client.connect();
      const reason = await this.#use(connection, this.#lost);
      if (this.#closed) await closeConnection(connection);
      connection.unsafeDestroy();
      return reason;
    } catch (error) {
      return describeRabbitmqError(error);
    }
  }

  async #use(connection: Connection, lost: AbortController): Promise<string> {
    const lose = (reason: string) => lost.abort(reason);
    connection.on('error', (error) => lose(describeRabbitmqError(error)));
    let blocked: string | null = null;
    connection.on('connection.blocked', (reason) => {
      blocked = `RabbitMQ has blocked publishers: ${describeRabbitmqError(reason)}`;
      this.#state.set({ kind: 'waiting', reason: blocked });
    });
    connection.on('connection.unblocked', () => {
      blocked = null;
      if (this.#connection === connection) this.#state.set({ kind: 'connected' });
    });
    try {
      const opening = this.#options.open(connection, lose);
      this.#session = await within<RabbitmqSession | null>(opening, OPEN_TIMEOUT_MS, null, lost.signal);
      if (this.#session === null) lose('RabbitMQ does not answer');
      else this.#begin(connection, blocked);
      if (!lost.signal.aborted) await once(lost.signal, 'abort');
      return String(lost.signal.reason);
    } catch (error) {
      return describeRabbitmqError(error);
    } finally {
      this.#session = null;
      this.#connection = null;
    }
  }

  #begin(connection: Connection, blocked: string | null): void {
    this.#connections++;
    this.#connection = connection;
    if (blocked === null) this.#state.set({ kind: 'connected' });
  }
}
