import { once } from 'node:events';
import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { Network } from '../testing/network.ts';
import { HeadGate } from './head-gate.ts';

const network = new Network();

afterEach(() => network.cleanUp());

const INTERIM = 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n';
const FINAL = 'HTTP/1.1 503 Not Enqueued\r\nContent-Length: 2\r\n\r\nno';

/** Returns the chunks that the gate passes on. Each piece arrives after all earlier pieces were read. */
function passed(pieces: readonly string[]): string[] {
  const stream = new Readable({ read: () => {} });
  const gate = new HeadGate(stream);
  gate.close();
  return pieces.flatMap((piece) => {
    stream.push(piece);
    const chunk: Buffer | null = stream.read();
    return chunk === null ? [] : [chunk.toString()];
  });
}

function pieces(text: string): fc.Arbitrary<string[]> {
  return fc
    .uniqueArray(fc.integer({ min: 1, max: text.length - 1 }))
    .map((cuts) => [0, ...cuts.sort((a, b) => a - b), text.length])
    .map((ends) => ends.slice(1).map((end, index) => text.slice(ends[index], end)));
}

describe('HeadGate', () => {
  it('passes everything on, with each status line in one piece', () => {
    fc.assert(
      fc.property(pieces(INTERIM + INTERIM + FINAL), (parts) => {
        const chunks = passed(parts);
        expect(chunks.join('')).toBe(INTERIM + INTERIM + FINAL);
        expect(chunks.filter((chunk) => chunk.includes('HTTP/1.1 503 Not Enqueued\r\n'))).toHaveLength(1);
      }),
    );
  });

  it('drops each 100 Continue, also behind another interim response', () => {
    const unasked = 'HTTP/1.1 100 Continue\r\n\r\n';
    fc.assert(
      fc.property(pieces(unasked + INTERIM + unasked + unasked + INTERIM + FINAL), (parts) => {
        expect(passed(parts).join('')).toBe(INTERIM + INTERIM + FINAL);
      }),
    );
  });

  it('passes a status line on in one piece, although an empty line comes before it', () => {
    fc.assert(
      fc.property(pieces(`\r\n${FINAL}`), (parts) => {
        const chunks = passed(parts);
        expect(chunks.join('').trimStart()).toBe(FINAL);
        expect(chunks.filter((chunk) => chunk.includes('HTTP/1.1 503 Not Enqueued\r\n'))).toHaveLength(1);
      }),
    );
  });

  it('holds back at most 64 KiB', () => {
    const long = 'x'.repeat(40_000);
    expect(passed([long, long]).join('')).toBe(long + long);
  });

  it('passes on data that is not HTTP as soon as its line ends', () => {
    expect(passed(['SSH-2.0-Open', 'SSH_9.6\n'])).toEqual(['SSH-2.0-OpenSSH_9.6\n']);
  });
});

describe('a response', () => {
  const respond = async (answer: (socket: Socket) => unknown) =>
    network.tcp((socket) => {
      socket.setNoDelay();
      socket.on('data', () => void answer(socket));
    });

  it('keeps a reason phrase that arrives in two packets', async () => {
    const port = await respond((socket) => {
      socket.write('HTTP/1.1 503 Not En');
      setTimeout(() => socket.write('queued\r\nContent-Length: 0\r\n\r\n'), 50);
    });
    const sender = network.senderTo(`http://localhost:${port}/`);
    for (const _ of [1, 2]) {
      expect(await sender.send()).toMatchObject({ responseCode: '503', responseMessage: 'Not Enqueued' });
    }
  });

  it('can follow a 100 Continue that was not requested', async () => {
    const port = await respond((socket) =>
      socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
    );
    expect(await network.send(`http://localhost:${port}/`)).toMatchObject({ responseCode: '200' });
  });

  it('can have 100 KB of headers', async () => {
    const headers = Array.from({ length: 100 }, (_, index) => `X-${index}: ${'x'.repeat(1_000)}\r\n`).join(
      '',
    );
    const port = await respond((socket) =>
      socket.write(`HTTP/1.1 200 OK\r\n${headers}Content-Length: 0\r\n\r\n`),
    );
    expect(await network.send(`http://localhost:${port}/`)).toMatchObject({ responseCode: '200' });
  });

  it.each([204, 304])(
    'with status %i is complete without a body, despite its Content-Length',
    async (status) => {
      const port = await respond((socket) =>
        socket.write(`HTTP/1.1 ${status} Fine\r\nContent-Length: 100\r\nETag: "a"\r\n\r\n`),
      );
      const sender = network.senderTo(`http://localhost:${port}/`, { method: 'GET' }, { writer: null });
      for (const _ of [1, 2]) {
        expect(await sender.send()).toMatchObject({ responseCode: String(status), success: true });
      }
    },
  );
});

describe('a connection', () => {
  it.each([
    ['HEAD', null],
    ['GET', 'body'],
    ['DELETE', 'body'],
    ['OPTIONS', 'body'],
    ['HEAD', 'body'],
  ] as const)('is kept after %s with body %s', async (method, body) => {
    const sockets = new Set<Socket>();
    const bodies: string[] = [];
    const port = await network.http(async (request, response) => {
      sockets.add(request.socket);
      let text = '';
      request.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      await once(request, 'end');
      bodies.push(text);
      response.setHeader('Content-Length', 0).end();
    });
    const sender = network.senderTo(
      `http://localhost:${port}/`,
      { method },
      { writer: body === null ? null : () => body },
    );
    for (const _ of [1, 2, 3]) expect(await sender.send()).toMatchObject({ responseCode: '200' });
    expect(bodies).toEqual(Array(3).fill(body ?? ''));
    expect(sockets.size).toBe(1);
  });
});
