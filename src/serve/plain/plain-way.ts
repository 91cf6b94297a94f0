import type { Socket } from 'node:net';
import type { UnparsedConnections } from '../../http/close-servers.ts';
import type { Server } from '../../http/server.ts';
import { PlainConnection, type PlainConnectionOptions } from './plain-connection.ts';

export type PlainWayOptions = Omit<PlainConnectionOptions, 'handOver' | 'onEnd'>;

/**
 * Reads plain requests without Node's HTTP server, which is faster. Each new connection starts in this way.
 * At its first request that is not plain, Node's server gets the connection. Node's server needs about as
 * much time to read a plain request as all other work for the request takes.
 */
export function putPlainWayBefore(server: Server, options: PlainWayOptions): UnparsedConnections {
  const connections = new Set<PlainConnection>();
  const httpListeners = server.listeners('connection');
  const callbacks = {
    handOver: (socket: Socket) => {
      for (const listener of httpListeners) listener.call(server, socket);
    },
    onEnd: (connection: PlainConnection) => connections.delete(connection),
  };
  server.removeAllListeners('connection');
  server.on('connection', (socket) =>
    connections.add(new PlainConnection(socket, { ...options, ...callbacks })),
  );
  return {
    announceEnd: () => {
      for (const each of connections) each.makeLast();
    },
    endIdle: () => {
      for (const each of connections) each.endIfIdle();
    },
  };
}
