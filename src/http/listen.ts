import { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { QblError } from '../error.ts';
import { followConnections } from './close-servers.ts';
import type { Server } from './server.ts';

/**
 * Length of the system's list of connections that wait for accept. The list is long because many clients
 * connect at once. The system may use a shorter list (net.core.somaxconn on Linux).
 */
const BACKLOG = 4_096;
const LOOPBACKS = ['127.0.0.1', '::1'] as const;
/** Maximum number of attempts to find a port that is free on both IPv4 and IPv6. */
const MAX_PORT_CHOICES = 10;

export interface ListenOptions {
  /** Address to listen on. Undefined means both loopback addresses. */
  readonly host?: string | undefined;
  /** The port. 0 lets the system choose a free one. */
  readonly port: number;
  /** The command-line option that chooses the port, for error messages. */
  readonly portOption: string;
}

/**
 * Listens on one host, or on both loopback addresses with the same port. Leaves out IPv6 if the machine has none.
 * @returns the servers that `createServer` returned, now listening
 * @throws QblError 'environment' if the port or the host is not available
 */
export async function listen(
  createServer: () => Server,
  { host, port, portOption }: ListenOptions,
): Promise<[Server, ...Server[]]> {
  const on = (address: string, itsPort: number) => listenOn(createServer(), address, itsPort, portOption);
  if (host !== undefined) return [await on(host, port)];
  for (let choice = 1; ; choice++) {
    const [ipv4, ipv6] = LOOPBACKS;
    const first = await on(ipv4, port);
    try {
      return [first, await on(ipv6, portOf(first))];
    } catch (error) {
      if (isMissingFamily(error)) return [first];
      first.close();
      if (port !== 0 || choice === MAX_PORT_CHOICES) throw error;
    }
  }
}

export function portOf(server: Server): number {
  return addressOf(server).port;
}

export function urlOf(server: Server): string {
  const { address, port, family } = addressOf(server);
  const scheme = server instanceof HttpsServer ? 'https' : 'http';
  return `${scheme}://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on TCP');
  return address;
}

function listenOn(server: Server, host: string, port: number, portOption: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    followConnections(server);
    server.once('error', (error) => reject(listenError(error, host, port, portOption)));
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.removeAllListeners('error');
      resolve(server);
    });
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number, portOption: string): QblError {
  const reasons: Record<string, [string, string]> = {
    EADDRINUSE: [
      `Port ${port} on ${host} is in use.`,
      `Choose another port with ${portOption}, or stop the program that uses this port.`,
    ],
    EACCES: [`This user may not listen on port ${port}.`, `Choose a port above 1023 with ${portOption}.`],
  };
  const [message, hint] = reasons[error.code ?? ''] ?? [
    `Cannot listen on ${host}, port ${port}: ${error.message}`,
    'Check the host and the port.',
  ];
  return new QblError('environment', message, { hint, cause: error });
}

function isMissingFamily(error: unknown): boolean {
  const cause = error instanceof QblError ? error.cause : error;
  const code: unknown = Reflect.get(Object(cause), 'code');
  return code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT';
}
