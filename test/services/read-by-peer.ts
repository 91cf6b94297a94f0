import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { until } from '../support/until.ts';

/**
 * The tables of TCP sockets (Linux: proc(5)). Java uses IPv6 sockets for IPv4 addresses too, and these are in the
 * second table.
 */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
const NOTHING_QUEUED = '00000000:00000000';

/**
 * Waits until the process at the other end, on this machine, has read everything written to the socket. Call it before
 * a reset, because a reset may arrive together with unread data. Then libuv reports an end of file (uv__stream_io in
 * libuv's src/unix/stream.c), but Java reports a reset.
 */
export async function readByPeer({ localPort, remotePort }: Socket): Promise<void> {
  if (localPort === undefined || remotePort === undefined) return;
  const here = hexOf(localPort);
  const there = hexOf(remotePort);
  await until('the peer to read everything', async () => {
    const connections = (await Promise.all(TABLES.map(connectionsOf))).flat();
    return connections
      .filter(
        ({ local, remote }) => (local === here && remote === there) || (local === there && remote === here),
      )
      .every(({ queued }) => queued === NOTHING_QUEUED);
  });
}

interface Connection {
  /** The local and the remote port, as hexadecimal digits. */
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
