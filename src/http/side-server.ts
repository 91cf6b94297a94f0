import { createServer, type RequestListener } from 'node:http';
import { admit, unansweredOn } from './pipelining.ts';
import type { Server } from './server.ts';

export interface SideServerLimits {
  readonly maxConnections: number;
  /** A connection that sends no complete request within this time is closed. */
  readonly silenceMs: number;
}

/**
 * Limits for the clients of a server for health, metrics or a page. Only few clients use such a server at the same
 * time.
 */
const LIMITS: SideServerLimits = { maxConnections: 200, silenceMs: 5_000 };
/** How often Node looks for connections without a complete request, and closes them. */
const CHECK_INTERVAL_MS = 1_000;
/**
 * Maximum number of unanswered requests on one connection. Browsers and Prometheus have at most one, because they wait
 * for each answer before they send the next request.
 */
const MAX_UNANSWERED = 8;

/**
 * Creates a server for health, metrics or a page, beside the main work of the process. Its limits protect the file
 * descriptors, the memory and the time of the main work. The limits stop clients that connect and stay silent, and
 * clients that send many requests without waiting for answers.
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
    // Closes the connection of a client that sends too many requests without waiting for answers. Pausing the socket is
    // not enough, because one read of a socket can contain hundreds of requests.
    if (unansweredOn(request.socket) <= MAX_UNANSWERED) listener(request, response);
    else request.socket.destroy();
  });
  server.maxConnections = maxConnections;
  return server;
}
