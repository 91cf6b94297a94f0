import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/**
 * Below the ports that systems give to outgoing connections (32768 and up on Linux): while a service that is told
 * its port starts, or is down, no client can get it.
 */
const FIRST = 20_000;
const LAST = 29_999;
const MAX_ATTEMPTS = 200;

/** That many ports of the loopback, all different, on which nobody listens now. */
export async function servicePorts(count: number): Promise<number[]> {
  const held: Server[] = [];
  const ports: number[] = [];
  for (let attempt = 0; ports.length < count && attempt < MAX_ATTEMPTS; attempt++) {
    const port = randomInt(FIRST, LAST + 1);
    const server = await listen(port);
    if (server === null) continue;
    held.push(server);
    ports.push(port);
  }
  await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
  if (ports.length < count) throw new Error(`no ${count} free ports from ${FIRST} to ${LAST}`);
  return ports;
}

/** @throws Error when somebody listens there */
export async function requireFree(port: number): Promise<void> {
  const server = await listen(port);
  if (server === null) throw new Error(`port ${port} is in use: something else listens there`);
  await new Promise((resolve) => server.close(resolve));
}

function listen(port: number): Promise<Server | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
