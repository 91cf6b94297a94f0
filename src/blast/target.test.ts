import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { BodyWriter } from '../plan/body-template.ts';
import type { Request } from '../plan/plan.ts';
import { outcomeOf } from '../samples/outcome.ts';
import { targetRequest } from './request.ts';
import type { Exchange } from './target.ts';
import { Connection, sentAtMs } from './target.ts';

const IDENTITY = { run: 'run', group: 1, thread: 1, loop: 1, request: 1 };
const writeBody: BodyWriter = (identity, sentAt) => JSON.stringify({ qbl: { ...identity, sentAt } });

const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.listen(0);
  await once(server, 'listening');
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server that answers each request of `onConnection`'s connections with bytes of its own. */
function tcp(onConnection: (socket: Socket) => void): Promise<number> {
  return listen(createTcpServer(onConnection));
}

function http(listener: RequestListener): Promise<number> {
  return listen(createHttpServer(listener));
}

async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

interface Sender {
  readonly connection: Connection;
  readonly send: () => Promise<Exchange>;
}

function senderTo(
  url: string,
  changes: Partial<Request> = {},
  writer: BodyWriter | null = writeBody,
): Sender {
  const request = targetRequest({
    name: 'send',
    url,
    method: 'POST',
    headers: {},
    body: null,
    timeoutMs: 10_000,
    ...changes,
  });
  const connection = new Connection(request.origin);
  cleanUps.push(() => connection.close());
  return {
    connection,
    send: () => new Promise((done) => connection.send(request, IDENTITY, writer, done)),
  };
}

function send(url: string, changes?: Partial<Request>): Promise<Exchange> {
  return senderTo(url, changes).send();
}

function shown({ responseCode, responseMessage }: Exchange): string {
  return `${responseCode} | ${responseMessage}`
    .replace('Non HTTP response code: ', '')
    .replace('Non HTTP response message: ', '');
}

describe('a whole response', () => {
  it('has status, reason, times and the bytes of the wire', async () => {
    const answer = 'HTTP/1.1 202 Fine Then\r\nContent-Length: 5\r\n\r\nhello';
    let received = '';
    const port = await tcp((socket) =>
      socket.on('data', (chunk) => {
        received += chunk;
        if (received.includes('}}')) socket.write(answer);
      }),
    );
    const exchange = await send(`http://127.0.0.1:${port}/send?a=b`, { headers: { 'X-B': '1', 'X-A': '2' } });
    expect(exchange).toMatchObject({ responseCode: '202', responseMessage: 'Fine Then', success: true });
    expect(exchange).toMatchObject({ bytes: answer.length, sentBytes: received.length });
    expect(exchange.connectMs).toBeGreaterThan(0);
    expect(exchange.latencyMs).toBeGreaterThanOrEqual(exchange.connectMs);
    expect(exchange.endedAt - exchange.startedAt).toBeGreaterThanOrEqual(exchange.latencyMs);
    expect(received).toMatch(/^POST \/send\?a=b HTTP\/1\.1\r\n.*X-B: 1\r\nX-A: 2\r\n.*\r\n\r\n\{"qbl":/s);
  });

  it('is one over a connection that is kept', async () => {
    let connections = 0;
    const server = createHttpServer((_, response) => response.end('ok'));
    server.on('connection', () => {
      connections += 1;
    });
    const sender = senderTo(`http://localhost:${await listen(server)}/`);
    const first = await sender.send();
    const second = await sender.send();
    expect([first.responseCode, second.responseCode, connections]).toEqual(['200', '200', 1]);
    expect(second.connectMs).toBe(0);
    expect(second.bytes).toBe(first.bytes);
  });

  it('fails without an exception from 400 on, and follows no redirect', async () => {
    const port = await http((request, response) => {
      response.writeHead(request.url === '/moved' ? 302 : 503, { location: '/other' }).end();
    });
    expect(await send(`http://localhost:${port}/moved`)).toMatchObject({
      responseCode: '302',
      success: true,
    });
    expect(await send(`http://localhost:${port}/busy`)).toMatchObject({
      responseCode: '503',
      responseMessage: 'Service Unavailable',
      success: false,
    });
  });

  it('may be preceded by an informational one', async () => {
    const port = await http((_, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.end('ok');
    });
    expect(await send(`http://localhost:${port}/`)).toMatchObject({ responseCode: '200', success: true });
  });

  it('comes over IPv6 where the machine has it', async (context) => {
    const server = createHttpServer((_, response) => response.end());
    server.listen(0, '::1');
    const listening = await Promise.race([once(server, 'listening').then(() => true), once(server, 'error')]);
    if (listening !== true) return context.skip();
    cleanUps.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect(await send(`http://[::1]:${port}/`)).toMatchObject({ responseCode: '200' });
  });
});

describe('the time of sending', () => {
  it('is written with the same number of digits each time', () => {
    for (let now = 0; now < 1000; now += 0.137) expect(String(sentAtMs(now))).toHaveLength(17);
  });

  it('is taken right before the write, also when the event loop was busy in between', async () => {
    const bodies: string[] = [];
    const port = await http((request, response) => {
      request.on('data', (chunk) => bodies.push(String(chunk)));
      request.on('end', () => response.end());
    });
    const sender = senderTo(`http://localhost:${port}/`);
    await sender.send();
    const pending = sender.send();
    const busyUntil = performance.now() + 50;
    while (performance.now() < busyUntil);
    const exchange = await pending;
    const sentAt: number = JSON.parse(bodies[1] ?? '').qbl.sentAt;
    expect(Math.abs(sentAt - (performance.timeOrigin + exchange.startedAt))).toBeLessThan(1);
  });
});

describe('a failure before the request', () => {
  it('is connection refused', async () => {
    const port = await closedPort();
    const exchange = await send(`http://127.0.0.1:${port}/`);
    expect(shown(exchange)).toBe(
      `org.apache.http.conn.HttpHostConnectException | Connect to 127.0.0.1:${port} [/127.0.0.1] failed: Connection refused`,
    );
    expect(exchange).toMatchObject({ success: false, bytes: 0, sentBytes: 0, latencyMs: 0 });
  });

  it('is an unknown host', async () => {
    const exchange = await send('http://nosuch.invalid/');
    expect(shown(exchange)).toMatch(/^java\.net\.UnknownHostException \| nosuch\.invalid: /);
    expect(outcomeOf(exchange.responseCode, exchange.responseMessage)).toBe('rejected');
  });

  it('is a connect time-out, of which the handshake of TLS is a part', async () => {
    const port = await tcp(() => {});
    const exchange = await send(`https://127.0.0.1:${port}/`, { timeoutMs: 100 });
    expect(shown(exchange)).toMatch(
      /^org\.apache\.http\.conn\.ConnectTimeoutException \| .*Connect timed out$/,
    );
  });
});

describe('a failure after the request', () => {
  async function exchangeWith(onRequest: (socket: Socket) => void, timeoutMs = 10_000): Promise<Exchange> {
    const port = await tcp((socket) => socket.once('data', () => onRequest(socket)));
    const exchange = await send(`http://localhost:${port}/`, { timeoutMs });
    expect(outcomeOf(exchange.responseCode, exchange.responseMessage)).toBe('indeterminate');
    expect(exchange.success).toBe(false);
    expect(exchange.sentBytes).toBeGreaterThan(0);
    return {
      ...exchange,
      responseMessage: exchange.responseMessage.replace(String(port), 'PORT'),
    };
  }

  it('is a reset', async () => {
    expect(shown(await exchangeWith((socket) => socket.resetAndDestroy()))).toBe(
      'java.net.SocketException | Connection reset',
    );
  });

  it('is a close without an answer', async () => {
    expect(shown(await exchangeWith((socket) => socket.end()))).toBe(
      'org.apache.http.NoHttpResponseException | localhost:PORT failed to respond',
    );
  });

  it('is a time-out without an answer', async () => {
    expect(shown(await exchangeWith(() => {}, 100))).toBe('java.net.SocketTimeoutException | Read timed out');
  });

  it('is a time-out of a response that never ends', async () => {
    const exchange = await exchangeWith((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const drip = setInterval(() => socket.write('1\r\nx\r\n'), 10);
      cleanUps.push(() => clearInterval(drip));
    }, 150);
    expect(shown(exchange)).toBe('java.net.SocketTimeoutException | Read timed out');
  });

  it('is a body cut short', async () => {
    for (const connection of ['keep-alive', 'close']) {
      const exchange = await exchangeWith((socket) =>
        socket.end(`HTTP/1.1 200 OK\r\nConnection: ${connection}\r\nContent-Length: 100\r\n\r\nabc`),
      );
      expect(shown(exchange)).toBe(
        'org.apache.http.ConnectionClosedException | Premature end of Content-Length delimited message body (expected: 100; received: 3)',
      );
    }
  });

  it('is a chunked body cut short', async () => {
    for (const connection of ['keep-alive', 'close']) {
      const head = `HTTP/1.1 200 OK\r\nConnection: ${connection}\r\nTransfer-Encoding: chunked\r\n\r\n`;
      expect(shown(await exchangeWith((socket) => socket.end(`${head}5\r\nab`)))).toBe(
        'org.apache.http.ConnectionClosedException | Premature end of chunk coded message body: closing chunk expected',
      );
    }
  });

  it('is an answer that is no HTTP', async () => {
    const exchange = await exchangeWith((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    expect(shown(exchange)).toBe('org.apache.http.client.ClientProtocolException | null');
  });

  it('is an interruption by ourselves', async () => {
    const port = await http(() => sender.connection.interrupt());
    const sender = senderTo(`http://localhost:${port}/`);
    expect(shown(await sender.send())).toBe('java.net.SocketException | Socket closed');
  });
});

describe('one attempt', () => {
  it('is all there is, also for methods that are idempotent', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'POST', 'HEAD'] as const) {
      let requests = 0;
      const port = await tcp((socket) =>
        socket.on('data', () => {
          requests += 1;
          if (requests === 2) socket.destroy();
          else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        }),
      );
      const sender = senderTo(`http://localhost:${port}/`, { method }, null);
      const codes = [await sender.send(), await sender.send(), await sender.send()].map(
        ({ responseCode }) => responseCode,
      );
      expect([codes[0], codes[2], requests]).toEqual(['200', '200', 3]);
      expect(codes[1]).toContain('Non HTTP response code');
    }
  });

  it('is not used up by a kept connection that the server closed before', async () => {
    let requests = 0;
    const sockets: Socket[] = [];
    const port = await http((_, response) => {
      requests += 1;
      if (response.socket !== null) sockets.push(response.socket);
      response.end('ok');
    });
    const sender = senderTo(`http://localhost:${port}/`);
    for (let count = 1; count <= 5; count += 1) {
      expect(await sender.send()).toMatchObject({ responseCode: '200', success: true });
      const socket = sockets.at(-1);
      if (socket !== undefined) await Promise.all([once(socket, 'close'), socket.end()]);
    }
    expect([requests, sockets.length]).toEqual([5, 5]);
  });

  it('is not used up by a server that closes after each response', async () => {
    let requests = 0;
    const port = await http((_, response) => {
      requests += 1;
      response.setHeader('connection', 'close').end('ok');
    });
    const sender = senderTo(`http://localhost:${port}/`);
    for (let count = 1; count <= 20; count += 1) {
      expect(await sender.send()).toMatchObject({ responseCode: '200', success: true });
    }
    expect(requests).toBe(20);
  });

  it('opens a new connection after a failure', async () => {
    let connections = 0;
    const port = await tcp((socket) => {
      connections += 1;
      const first = connections === 1;
      socket.on('data', () => {
        if (!first) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      });
    });
    const sender = senderTo(`http://localhost:${port}/`, { timeoutMs: 100 });
    expect((await sender.send()).responseMessage).toContain('Read timed out');
    expect(await sender.send()).toMatchObject({ responseCode: '200' });
    expect(connections).toBe(2);
  });
});
