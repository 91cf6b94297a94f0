import type { Socket } from 'node:net';
import type { Services } from '../handlers/handler.ts';
import { IDLE_BEFORE_GIVING_WAY_MS, LOG_INTERVAL_MS, MAX_FETCH_WAIT_MS } from '../limits.ts';
import { ClientConnection } from './connection.ts';
import type { ConnectionContext } from './dispatch.ts';
import { LineLimiter } from './line-limiter.ts';

export interface ConnectionLimits {
  readonly maxConnections: number;
  /** A connection is closed after this time without a request (Kafka's connections.max.idle.ms). */
  readonly maxIdleMs: number;
  /** Like `maxIdleMs`, for a connection that has not sent any request yet. */
  readonly maxSilentMs: number;
}

/** All open connections. The class limits their number and closes idle connections. */
export class Connections {
  readonly #services: Services;
  readonly #limits: ConnectionLimits;
  readonly #open = new Set<ClientConnection>();
  readonly #fullLog: LineLimiter;

  constructor(services: Services, limits: ConnectionLimits) {
    this.#services = services;
    this.#limits = limits;
    this.#fullLog = new LineLimiter(services.log, 1, LOG_INTERVAL_MS);
  }

  /**
   * Serves a new connection. At the maximum number of connections, closes the connection that was idle longest. If no
   * connection is idle, refuses the new connection.
   */
  accept(socket: Socket, endpoint: ConnectionContext['endpoint']): void {
    if (this.#open.size >= this.#limits.maxConnections && !this.#makeRoom()) {
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const connection = new ClientConnection(socket, this.#services, endpoint);
    this.#open.add(connection);
    void connection.serve().finally(() => this.#open.delete(connection));
  }

  /** Closes connections that sent no request for too long. */
  sweep(): void {
    for (const connection of this.#open) {
      const limitMs = connection.hasAsked ? this.#limits.maxIdleMs : this.#limits.maxSilentMs;
      if (connection.isIdle && connection.quietMs > limitMs) connection.hangUp();
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((connection) => connection.close()));
    this.#fullLog.flush();
  }

  #makeRoom(): boolean {
    const now = [...this.#open].map((connection) => ({ connection, rank: rankOf(connection) }));
    const [longest] = now
      .filter(({ connection, rank }) => connection.quietMs > LEAST_QUIET_MS[rank])
      .sort((one, other) => one.rank - other.rank || other.connection.quietMs - one.connection.quietMs);
    const full = `${this.#open.size} connections are open, which is the limit`;
    this.#fullLog.line(
      longest ? `closed the connection that was idle longest: ${full}` : `refused a connection: ${full}`,
    );
    if (!longest) return false;
    longest.connection.hangUp();
    this.#open.delete(longest.connection);
    return true;
  }
}

/**
 * The order in which connections are closed to make room: 0 never sent a request, 1 is idle, 2 waits for an answer.
 */
type Rank = 0 | 1 | 2;

function rankOf({ isIdle, hasAsked }: ClientConnection): Rank {
  if (!isIdle) return 2;
  return hasAsked ? 1 : 0;
}

/**
 * A connection is closed only after it was quiet for this long. So a consumer that polled recently stays connected.
 */
const LEAST_QUIET_MS = {
  0: IDLE_BEFORE_GIVING_WAY_MS,
  1: IDLE_BEFORE_GIVING_WAY_MS,
  2: MAX_FETCH_WAIT_MS + IDLE_BEFORE_GIVING_WAY_MS,
} as const;
