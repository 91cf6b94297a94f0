import { connect, type Socket } from 'node:net';
import { withSocketAddress } from './folder-socket.ts';
import { STOP_ACCEPTED, STOP_REQUEST, STOP_SOCKET } from './stop-protocol.ts';

/** The result of a request to stop a run. */
export type StopResult =
  /** The process of the run has ended. */
  | 'ended'
  /** No process of this run is running. */
  | 'not-running'
  /** The run belongs to another user. */
  | 'denied'
  /** The process accepted the request, but did not end in time. */
  | 'late'
  /** The process has not answered in time. */
  | 'silent';

/**
 * Tells the process of a run to stop, and waits until it has ended.
 * @param directory the folder of the run
 * @param waitMs how long to wait for its end
 */
export function requestStop(directory: string, waitMs: number): Promise<StopResult> {
  return withSocketAddress(directory, STOP_SOCKET, (address) => converse(connect(address), waitMs));
}

function converse(socket: Socket, waitMs: number): Promise<StopResult> {
  return new Promise((resolve, reject) => {
    let text = '';
    const isAccepted = () => text.startsWith(STOP_ACCEPTED);
    const end = (result: StopResult) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => end(isAccepted() ? 'late' : 'silent'), waitMs);
    socket.setEncoding('utf8').on('data', (part) => {
      text = `${text}${part}`.slice(0, STOP_ACCEPTED.length);
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const result = isAccepted() ? 'ended' : RESULTS[error.code ?? ''];
      if (result === undefined) reject(error);
      else resolve(result);
    });
    // The process of the run closes the connection when it ends. If the connection closes without an answer, the
    // process was already ending.
    socket.on('close', () => end(isAccepted() ? 'ended' : 'not-running'));
    socket.write(STOP_REQUEST);
  });
}

/**
 * Results for errors that occur before the process of the run answers. A socket whose process has ended refuses
 * connections.
 */
const RESULTS: Readonly<Record<string, StopResult>> = {
  ENOENT: 'not-running',
  ECONNREFUSED: 'not-running',
  ECONNRESET: 'not-running',
  EPIPE: 'not-running',
  ENOTSOCK: 'not-running',
  EACCES: 'denied',
  EPERM: 'denied',
};
