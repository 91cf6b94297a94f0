import { Server as NetServer, type Socket } from 'node:net';
import { pause } from '../pause.ts';
import { makeLast } from './last-answer.ts';
import { newestUnanswered } from './pipelining.ts';
import type { Server } from './server.ts';

/**
 * Time that idle connections stay open after the server has stopped listening. A client may send a request before it
 * notices that the server stops. Without this time, the system would reset the connection of that client.
 */
const GRACE_MS = 200;
/**
 * Maximum time for the last answers of each connection. The time begins when all accepted requests have their
 * answers and the time for idle connections is over.
 */
const LAST_ANSWERS_MS = 1_000;
const IDLE_SWEEP_MS = 10;

/** Connections whose requests qbl parses itself. The HTTP server of Node does not know these connections. */
export interface UnparsedConnections {
  /** Makes the next answer on each connection the last one, with the header `Connection: close`. */
  announceEnd(): void;
  endIdle(): void;
}

const connectionsOf = new WeakMap<Server, Set<Socket>>();

/** Keeps a list of the server's connections for `closeServers`. */
export function followConnections(server: Server): void {
  const connections = new Set<Socket>();
  connectionsOf.set(server, connections);
  const add = (socket: Socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  };
  // A TLS server emits `connection` for the encrypted socket, and `secureConnection` for the decrypted socket. Only the
  // decrypted socket has requests, so both are added.
  server.on('connection', add).on('secureConnection', add);
}

/**
 * Stops listening. Ends each connection after one more answer, which has the header `Connection: close`. An idle
 * connection stays open for a short time, and a request that arrives in this time is still answered. Then closes all
 * remaining connections.
 * @param settled resolves when all requests that were accepted earlier have their answers
 */
export async function closeServers(
  servers: readonly Server[],
  settled: Promise<void> = Promise.resolve(),
  unparsed: readonly UnparsedConnections[] = [],
): Promise<void> {
  const allClosed = new AbortController();
  const closed = Promise.all(servers.map(stopListening)).then(() => allClosed.abort());
  for (const server of servers) announceEnd(server);
  for (const each of unparsed) each.announceEnd();
  await Promise.all([settled, pause(GRACE_MS, allClosed.signal)]);
  const sweep = setInterval(() => {
    for (const server of servers) server.closeIdleConnections();
    for (const each of unparsed) each.endIdle();
  }, IDLE_SWEEP_MS);
  const cut = setTimeout(() => servers.forEach(destroyConnections), LAST_ANSWERS_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
  // Call `close` although the server is already closed, because `close` also stops a timer of the server.
  for (const server of servers) server.close();
}

/**
 * Resolves when the last connection is closed. Calls `close` of net.Server, because `close` of an HTTP server would
 * close idle connections at once.
 */
function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => NetServer.prototype.close.call(server, () => resolve()));
}

/**
 * Closes all connections of a server. The HTTP server itself does not know a connection whose TLS handshake is not
 * complete, so it could not close this connection.
 */
function destroyConnections(server: Server): void {
  for (const socket of connectionsOf.get(server) ?? []) socket.destroy();
}

function announceEnd(server: Server): void {
  for (const socket of connectionsOf.get(server) ?? []) {
    const answer = newestUnanswered(socket);
    if (answer !== null && !answer.response.headersSent) makeLast(answer.request, answer.response);
  }
  server.prependListener('request', makeLast).prependListener('checkContinue', makeLast);
}
