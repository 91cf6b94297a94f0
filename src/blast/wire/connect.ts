import type { OnReadOpts, Socket } from 'node:net';
import { connect as connectTcp, isIP } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import type { Origin } from './origin.ts';
import { sharedLookup } from './shared-lookup.ts';

/** Time limit for connecting to one address of a host with several addresses, if the request has no time-out. */
const DEFAULT_ATTEMPT_MS = 5000;
const MIN_ATTEMPT_MS = 10;

class ConnectTimeoutError extends Error {
  readonly code = 'ETIMEDOUT';
}

/** Size of the buffer for reads. Most responses fit into the buffer; a longer response is read in pieces. */
const READ_BYTES = 8192;

/**
 * Opens a connection and calls `done` once, with the error or the connected socket. Afterwards each read calls
 * `onRead`. The bytes are valid only during that call. By default, Node gives each address only 250 ms. A busy server
 * that drops a SYN would then look dead. So each address gets half of the time-out.
 * @returns the connecting socket. If the caller destroys the socket with an error, `done` gets that error.
 */
export function openSocket(
  origin: Origin,
  timeoutMs: number,
  tls: ConnectionOptions,
  onRead: (bytes: Buffer) => void,
  done: (error: Error | null, socket: Socket) => void,
): Socket {
  const socket = startConnect(origin, timeoutMs, tls, onRead);
  const timer =
    timeoutMs > 0
      ? setTimeout(() => socket.destroy(new ConnectTimeoutError('connect timed out')), timeoutMs)
      : undefined;
  const onConnect = (): void => {
    clearTimeout(timer);
    socket.off('error', onError);
    done(null, socket);
  };
  const onError = (error: Error): void => {
    clearTimeout(timer);
    done(error, socket);
  };
  socket.once(origin.secure ? 'secureConnect' : 'connect', onConnect);
  socket.once('error', onError);
  return socket;
}

function startConnect(
  { secure, hostname, port }: Origin,
  timeoutMs: number,
  tls: ConnectionOptions,
  onRead: (bytes: Buffer) => void,
): Socket {
  const options = {
    host: hostname,
    port,
    noDelay: true,
    keepAlive: true,
    lookup: sharedLookup,
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout:
      timeoutMs > 0 ? Math.max(MIN_ATTEMPT_MS, Math.floor(timeoutMs / 2)) : DEFAULT_ATTEMPT_MS,
  };
  if (!secure)
    return connectTcp({ ...options, onread: readerInto(Buffer.allocUnsafeSlow(READ_BYTES), onRead) });
  // A TLS server name is never an IP address (RFC 6066, section 3).
  const servername = isIP(hostname) === 0 ? { servername: hostname } : {};
  return connectTls({ ...tls, ...options, ...servername, ALPNProtocols: ['http/1.1'] }).on('data', onRead);
}

/**
 * Gives each read of a socket to a function directly, without the socket's stream. So a read needs no new buffer and no
 * event. TLS sockets do not use this function.
 */
function readerInto(buffer: Buffer, onRead: (bytes: Buffer) => void): OnReadOpts {
  const callback = (length: number): boolean => {
    onRead(buffer.subarray(0, length));
    return true;
  };
  return { buffer, callback };
}
