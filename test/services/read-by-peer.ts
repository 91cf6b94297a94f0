import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { until } from '../support/until.ts';

/** The second is where an IPv6 socket with an IPv4 address stands, as Java has them. Linux: proc(5). */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
const NOTHING_QUEUED = '00000000:00000000';

/**
 * Waits until the process at the other end, on this machine, has read all that was written to the socket. A reset that comes
 * together with unread data is an end of file to libuv and a reset to Java: uv__stream_io in libuv's src/unix/stream.c.
 */
export async function readByPeer({ localPort, remotePort }: Socket): Promise<void> {
  if (localPort === undefined || remotePort === undefined) return;
  const here = hexOf(localPort);
  const there = hexOf(remotePort);
  await until('the reading by the peer', async () => {
    const connections = (await Promise.all(TABLES.map(connectionsOf))).flat();
    return connections
      .filter(
        ({ local, remote }) => (local === here && remote === there) || (local === there && remote === here),
      )
      .every(({ queued }) => queued === NOTHING_QUEUED);
  });
}

interface Connection {
  /** Ports, in hexadecimal digits. */
  readonly local: string | undefined;
  readonly remote: string | undefined;
  /** Bytes that the peer has not acknowledged, and bytes that the process has not read. */
  readonly queued: string | undefined;
}

async function connectionsOf(table: string): Promise<Connection[]> {
  const rows = (await readFile(table, 'utf8')).trim().split('\n').slice(1);
  return rows.map((row) => {
    const [, local, remote, , queued] = row.trim().split(/\s+/);
    return { local: local?.split(':')[1], remote: remote?.split(':')[1], queued };
  });
}

function hexOf(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}
