import { once } from 'node:events';
import type { RequestListener, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listen, portOf } from './listen.ts';
import { type SideServerLimits, sideServer } from './side-server.ts';

const NEVER_MS = 3_600_000;
const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';

async function start(listener: RequestListener, limits: Partial<SideServerLimits> = {}): Promise<number> {
  const all = { maxConnections: 10, silenceMs: NEVER_MS, ...limits };
  const [server] = await listen(() => sideServer(listener, all), {
    host: '127.0.0.1',
    port: 0,
    portOption: '--port',
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return portOf(server);
}

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/**
 * The server resets a connection with unread bytes. A reset is an error of the socket, and `events.once` would
 * reject on an error.
 */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.resume().once('close', () => resolve()));
}

/** Reads until the text has arrived the given number of times. */
async function readTimes(socket: Socket, text: string, times: number): Promise<void> {
  let read = '';
  while (read.split(text).length <= times) read += String((await once(socket, 'data'))[0]);
}

test('closes a connection above the limit, and keeps the others', async () => {
  const port = await start((_, response) => response.end('here'), { maxConnections: 2 });
  const [first, second] = [await connected(port), await connected(port)];
  const third = await connected(port);
  await closed(third);
  for (const socket of [first, second]) {
    socket.write(REQUEST);
    await readTimes(socket, 'here', 1);
  }
});

test('closes a connection that sends no complete request', async () => {
  const port = await start((_, response) => response.end('here'), { silenceMs: 100 });
  const [silent, slow] = [await connected(port), await connected(port)];
  slow.write('GET / HTTP/1.1\r\nHost: local');
  await Promise.all([silent, slow].map(closed));
});

test('closes a connection that sends many requests without waiting for answers', async () => {
  const held: ServerResponse[] = [];
  const port = await start((_, response) => void held.push(response));
  const socket = await connected(port);
  socket.write(REQUEST.repeat(1_000));
  await closed(socket);
  expect(held).toHaveLength(8);
});

test('answers some requests that came together, and any number that came one after the other', async () => {
  const port = await start((_, response) => response.end('here'));
  const socket = await connected(port);
  socket.write(REQUEST.repeat(8));
  await readTimes(socket, 'here', 8);
  for (let request = 0; request < 50; request++) {
    socket.write(REQUEST);
    await readTimes(socket, 'here', 1);
  }
});
