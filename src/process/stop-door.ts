import { createServer, type Socket } from 'node:net';
import { QblError } from '../error.ts';
import { closeSocket, listenAlone } from './folder-socket.ts';
import { STOP_ACCEPTED, STOP_REQUEST, STOP_SOCKET } from './stop-protocol.ts';

/** The open socket on which the process of a run receives requests of `qbl stop`. */
export interface StopDoor {
  /** Ends all connections. A connected `qbl stop` then knows that the run has ended. */
  close(): Promise<void>;
}

/**
 * Listens for `qbl stop` on a socket in the folder of a run. The socket belongs to this process and ends with it. So a
 * request to stop never reaches another process. A signal could, because the system reuses process IDs. The socket
 * keeps no process alive.
 * @param directory the folder of the run, which exists
 * @param onStop called for each request to stop
 * @throws QblError 'environment' when the folder cannot have this socket, 'usage' when another process listens there
 */
export async function openStopDoor(directory: string, onStop: () => void): Promise<StopDoor> {
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket.unref());
    socket.once('close', () => connections.delete(socket));
    serve(socket, onStop);
  });
  const isAlone = await listenAlone(server, directory, STOP_SOCKET).catch((error: Error) => {
    if (error instanceof QblError) throw error;
    throw new QblError('environment', `--until-stopped: ${error.message}`, {
      hint: 'qbl stop needs a socket in the folder of the run. Choose a folder on a local disk with --runs.',
      cause: error,
    });
  });
  if (!isAlone) throw new QblError('usage', `a run is already running in ${directory}`);
  return {
    close: async () => {
      const closed = closeSocket(server, directory, STOP_SOCKET);
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}

function serve(socket: Socket, onStop: () => void): void {
  let text = '';
  // `qbl stop` may end at any time. An error of its connection must not end the run.
  socket.on('error', () => {});
  socket.setEncoding('utf8').on('data', (part) => {
    text = `${text}${part}`.slice(0, STOP_REQUEST.length);
    if (text !== STOP_REQUEST) return;
    socket.removeAllListeners('data').resume();
    socket.write(STOP_ACCEPTED);
    onStop();
  });
}
