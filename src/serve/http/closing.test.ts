import { afterEach, expect, test } from 'vitest';
import type { SendOutcome } from '../../queue/queue.ts';
import {
  converse,
  forBothWays,
  JSON_HEAD,
  running,
  start,
  stopAll,
  withLength,
} from '../testing/scripted-serve.ts';

afterEach(stopAll);

const CLIENTS = 8;

/** Acknowledges with a delay. During the delay, the client ends its side of the connection or sends more bytes. */
async function slowly(): Promise<SendOutcome> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return { kind: 'acked', place: null };
}

forBothWays(() => {
  test('a client that has ended its side gets the answer to its last message', async () => {
    const { serve, queue } = await start(slowly);
    const { socket, ended } = converse(serve.port);
    socket.end(withLength('{}'));
    expect(await ended).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(queue.values).toEqual(['{}']);
  });

  test.each([
    [
      'a further request behind the last one',
      `${JSON_HEAD}Connection: close\r\nContent-Length: 2\r\n\r\n{}${withLength('{}')}`,
    ],
    ['bytes that are no HTTP', `${withLength('{}')}no HTTP\r\n\r\n`],
  ])('a message is answered although its client sends %s', async (_, bytes) => {
    const { serve, queue } = await start(slowly);
    const { socket, ended } = converse(serve.port);
    socket.write(bytes);
    expect(await ended).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(queue.values).toEqual(['{}']);
  });

  test('each enqueued message is answered when serve closes while clients send on', async () => {
    const { serve, queue } = await start(slowly);
    const clients = Array.from({ length: CLIENTS }, () => converse(serve.port));
    const requests = withLength('{}').repeat(150);
    const sending = setInterval(() => {
      for (const { socket, heard } of clients) {
        if (heard().includes('Connection: close')) socket.end();
        else if (socket.writable) socket.write(requests);
      }
    }, 1);
    await expect.poll(() => queue.messages.length).toBeGreaterThan(1_000);
    running.pop();
    await serve.close();
    const heard = await Promise.all(clients.map(({ ended }) => ended));
    clearInterval(sending);
    const answers = heard.reduce((sum, text) => sum + text.split('HTTP/1.1 200 OK').length - 1, 0);
    expect(answers).toBe(queue.messages.length);
  });
});
