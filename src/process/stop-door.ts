import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { QblError } from '../error.ts';
import { STOP_ACCEPTED, STOP_REQUEST, STOP_SOCKET, withStopAddress } from './stop-socket.ts';

/** The place where `qbl stop` reaches the process of a run. */
export interface StopDoor {
  /** Ends all connections. A connected `qbl stop` then knows that the run has ended. */
  close(): Promise<void>;
}

/**
 * Listens for `qbl stop` on a socket in the folder of a run. The socket belongs to this process and ends with it. So a
 * request can never reach another process, as a signal to a reused process ID can. The socket keeps no process alive.
 * @param directory the folder of the run, which exists
 * @param onStop called for each request to stop
 * @throws QblError 'environment' when the file system has no sockets, 'usage' when another process listens there
 */
export async function openStopDoor(directory: string, onStop: () => void): Promise<StopDoor> {
  const connections = new Set<Socket>();
  const server = createServer((socket) => {
    connections.add(socket.unref());
    socket.once('close', () => connections.delete(socket));
    serve(socket, onStop);
  });
  try {
    await withStopAddress(directory, (address) => listenAlone(server, address, join(directory, STOP_SOCKET)));
  } catch (error) {
    if (error instanceof QblError) throw error;
    throw new QblError('environment', `--until-stopped: ${(error as Error).message}`, {
      hint: 'qbl stop needs a socket in the folder of the run. Choose a folder on a local disk with --runs.',
      cause: error,
    });
  }
  return {
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of connections) socket.destroy();
      await closed;
      // The server removes only the path on which it listened. That path can be a temporary link, so the
      // socket itself is removed here.
      await rm(join(directory, STOP_SOCKET), { force: true });
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

/**
 * A killed process leaves its socket file behind. Nobody listens on such a socket, so it refuses connections
 * and is replaced.
 */
async function listenAlone(server: Server, address: string, socket: string): Promise<void> {
  try {
    await listen(server, address);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    if (await isAlive(address)) throw new QblError('usage', `a run is already running in ${dirname(socket)}`);
    await rm(socket, { force: true });
    await listen(server, address);
  }
}

async function isAlive(address: string): Promise<boolean> {
  const socket = connect(address);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function listen(server: Server, address: string): Promise<void> {
  server.listen(address);
  await once(server, 'listening');
  // The handler is empty, because a failed accept ends only that connection.
  server.on('error', () => {});
  server.unref();
}
