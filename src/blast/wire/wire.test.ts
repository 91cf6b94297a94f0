import type { Socket } from 'node:net';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { Exchange } from '../exchange/exchange.ts';
import { Network } from '../testing/network.ts';

const network = new Network();

afterEach(() => network.cleanUp());

interface Response {
  readonly text: string;
  readonly parts: readonly string[];
}

const RESPONSES = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 503 Not Enqueued\r\nContent-Length: 0\r\nX-A: b\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 201 Made\r\nContent-Length: 1\r\n\r\nx',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'HTTP/1.1 204 No Content\r\n\r\n',
  `HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n${'x'.repeat(20_000)}`,
];

const response: fc.Arbitrary<Response> = fc.constantFrom(...RESPONSES).chain((text) =>
  fc
    .uniqueArray(fc.integer({ min: 1, max: text.length - 1 }), { maxLength: 4 })
    .map((cuts) => [0, ...cuts.sort((a, b) => a - b), text.length])
    .map((ends) => ({ text, parts: ends.slice(1).map((end, at) => text.slice(ends[at], end)) })),
);

function expected({ text }: Response) {
  const [, status, reason] = /HTTP\/1\.1 ([2-5]\d\d) (.*)\r\n/.exec(text) ?? [];
  return { responseCode: status, responseMessage: reason, bytes: text.length };
}

function shown({ responseCode, responseMessage, bytes }: Exchange) {
  return { responseCode, responseMessage, bytes };
}

/** Sends the parts one by one, each in a packet of its own. */
async function sendParts(socket: Socket, parts: readonly string[]): Promise<void> {
  for (const part of parts) {
    socket.write(part);
    await new Promise(setImmediate);
  }
}

describe('responses over one connection', () => {
  it('are read whole, wherever they are cut, and the connection is kept', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(response, { minLength: 1, maxLength: 6 }), async (responses) => {
        let connections = 0;
        const left = [...responses];
        const port = await network.tcp((socket) => {
          connections++;
          socket.setNoDelay().on('data', () => void sendParts(socket, left.shift()?.parts ?? []));
        });
        const sender = network.senderTo(`http://127.0.0.1:${port}/`);
        for (const each of responses) expect(shown(await sender.send())).toEqual(expected(each));
        expect(connections).toBe(1);
        await network.cleanUp();
      }),
      { numRuns: 60 },
    );
  });

  it.each(RESPONSES)('followed by bytes that nobody expects end the connection: %j', async (text) => {
    let connections = 0;
    const port = await network.tcp((socket) => {
      connections++;
      socket.on('data', () => socket.write(`${text}HTTP/1.1 200 Forged\r\nContent-Length: 0\r\n\r\n`));
    });
    const sender = network.senderTo(`http://127.0.0.1:${port}/`);
    for (const _ of [1, 2]) expect((await sender.send()).responseMessage).not.toContain('Forged');
    expect(connections).toBe(2);
  });

  it('are not expected on a connection whose request asked to close it', async () => {
    const sockets = new Set<unknown>();
    const port = await network.http((request, answer) => {
      sockets.add(request.socket);
      answer.setHeader('Connection', 'keep-alive').end(request.headers.connection);
    });
    const sender = network.senderTo(`http://127.0.0.1:${port}/`, { keepAlive: false });
    for (const _ of [1, 2]) expect(await sender.send()).toMatchObject({ responseCode: '200', success: true });
    expect(sockets.size).toBe(2);
  });

  it('are not waited for on a connection that the server said it would close', async () => {
    let connections = 0;
    const port = await network.tcp((socket) => {
      connections++;
      socket.on('data', () =>
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nKeep-Alive: timeout=0\r\n\r\n'),
      );
    });
    const sender = network.senderTo(`http://127.0.0.1:${port}/`);
    for (const _ of [1, 2]) expect(await sender.send()).toMatchObject({ responseCode: '200' });
    expect(connections).toBe(2);
  });
});

describe('a request', () => {
  it('is written as it is, whatever its characters', async () => {
    for (const [header, body] of [
      ['a', 'ascii'],
      ['a', '{"name":"ñandú 🦤"}'],
      ['\u00e9', 'ascii'],
      ['\u00e9', 'ñ'],
      ['a', ''],
    ] as const) {
      const received: Buffer[] = [];
      const port = await network.http(async (request, answer) => {
        for await (const chunk of request) received.push(chunk as Buffer);
        answer.setHeader('X-Length', request.headers['content-length'] ?? 'none').end();
        expect(request.headers['x-h']).toBe(header);
      });
      const sender = network.senderTo(
        `http://127.0.0.1:${port}/`,
        { headers: { 'X-H': header } },
        { writer: () => body },
      );
      expect(await sender.send()).toMatchObject({ responseCode: '200' });
      expect(Buffer.concat(received).toString()).toBe(body);
    }
  });
});
