import { createServer } from 'node:net';
import { QblError } from '../error.ts';
import { closeSocket, listenAlone } from './folder-socket.ts';

const SERVICE_SOCKET = 'service.sock';

/** The right of a process to be the only service that writes into a run. */
export interface LoneService {
  end(): Promise<void>;
}

/**
 * Makes this process the only service of a run. Two services at a time would overwrite each other's records, and hide
 * that one of them was killed. If the file system has no sockets, another service is not noticed.
 * @param directory the folder of the run, which exists
 * @throws QblError 'usage' while another service of this run is running
 */
export async function becomeLoneService(directory: string): Promise<LoneService> {
  const server = createServer((socket) => socket.destroy());
  const state = await listenAlone(server, directory, SERVICE_SOCKET).catch(() => 'no-sockets' as const);
  if (state === false) {
    throw new QblError('usage', `another service is already writing into the run in ${directory}`, {
      hint: 'Start one service with more --instances, or end the other service first.',
    });
  }
  return {
    end: async () => {
      if (state === true) await closeSocket(server, directory, SERVICE_SOCKET);
    },
  };
}
