import { createServer, type RequestListener } from 'node:http';
import { admit, unansweredOn } from './pipelining.ts';
import type { Server } from './server.ts';

export interface SideServerLimits {
  readonly maxConnections: number;
  /** A connection that sends no complete request within this time is closed. */
  readonly silenceMs: number;
}

/** A server for health, metrics or a page has only few clients at the same time. */
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
  const server = createServer(limits, (request, response) => {
    if (!admit(request, response)) return;
    // One read of a socket can contain hundreds of requests, so pausing the socket is not enough.
    if (unansweredOn(request.socket) <= MAX_UNANSWERED) listener(request, response);
    else request.socket.destroy();
  });
  server.maxConnections = maxConnections;
  return server;
}
