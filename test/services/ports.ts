import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

/**
 * The ports of the test services, such as Kafka, are below those that systems use for outgoing connections (32768 and
 * up on Linux). So no client can take a service's port while the service starts or is down.
 */
const FIRST = 20_000;
const LAST = 29_999;
const MAX_ATTEMPTS = 200;

/** Returns this many different loopback ports that are free now. */
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
  if (ports.length < count) throw new Error(`there are no ${count} free ports from ${FIRST} to ${LAST}`);
  return ports;
}

/**
 * Checks that a port is free.
 * @throws Error if the port is in use
 */
export async function requireFree(port: number): Promise<void> {
  const server = await listen(port);
  if (server === null) throw new Error(`port ${port} is in use by another program`);
  await new Promise((resolve) => server.close(resolve));
}

function listen(port: number): Promise<Server | null> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => resolve(null));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
