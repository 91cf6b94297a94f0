import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { admit } from './pipelining.ts';
import type { Server } from './server.ts';

export interface SideServerLimits {
  readonly maxConnections: number;
  /** A connection that sends no complete request within this time is closed. */
  readonly silenceMs: number;
}

/** Few clients need such a server at the same time. */
const LIMITS: SideServerLimits = { maxConnections: 200, silenceMs: 5_000 };
/** How often Node looks for connections without a complete request. */
const CHECK_INTERVAL_MS = 1_000;
/** Browsers and Prometheus send the next request of a connection after the answer to the one before. */
const MAX_UNANSWERED = 8;

/**
 * A server for health, metrics or a page, beside the real work of the process. Its limits keep clients from using up the
 * file descriptors, the memory and the time of that work: clients that connect and stay silent, and clients that send
 * many requests without waiting for answers.
 */
export function sideServer(
  listener: RequestListener,
  { maxConnections, silenceMs }: SideServerLimits = LIMITS,
): Server {
  const limits = {
    headersTimeout: silenceMs,
    requestTimeout: silenceMs,
    connectionsCheckingInterval: Math.min(CHECK_INTERVAL_MS, silenceMs),
  };
  const unanswered = new Unanswered();
  const server = createServer(limits, (request, response) => {
    if (!admit(request, response)) return;
    if (unanswered.add(request, response)) listener(request, response);
    else request.socket.destroy();
  });
  server.maxConnections = maxConnections;
  return server;
}

/** Counts the requests of each connection that are not answered yet. */
class Unanswered {
  readonly #counts = new WeakMap<Socket, number>();

  /** Returns false if the connection has too many already. One read of a socket can contain hundreds of requests. */
  add({ socket }: IncomingMessage, response: ServerResponse): boolean {
    const count = this.#countOf(socket);
    if (count >= MAX_UNANSWERED) return false;
    this.#counts.set(socket, count + 1);
    response.once('close', () => this.#counts.set(socket, this.#countOf(socket) - 1));
    return true;
  }

  #countOf(socket: Socket): number {
    return this.#counts.get(socket) ?? 0;
  }
}
