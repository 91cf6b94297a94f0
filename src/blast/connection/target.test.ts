import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { sentAtMs } from '../exchange/sent-at.ts';
import { Network } from '../testing/network.ts';

const network = new Network();

afterEach(() => network.cleanUp());

describe('a complete response', () => {
  it('has status, reason, times and the number of bytes on the wire', async () => {
    const answer = 'HTTP/1.1 202 Fine Then\r\nContent-Length: 5\r\n\r\nhello';
    let received = '';
    const port = await network.tcp((socket) =>
      socket.on('data', (chunk) => {
        received += chunk;
        if (received.includes('}}')) socket.write(answer);
      }),
    );
    const exchange = await network.send(`http://127.0.0.1:${port}/send?a=b`, {
      headers: { 'X-B': '1', 'X-A': '2' },
    });
    expect(exchange).toMatchObject({ responseCode: '202', responseMessage: 'Fine Then', success: true });
    expect(exchange).toMatchObject({ bytes: answer.length, sentBytes: received.length });
    expect(exchange.connectMs).toBeGreaterThan(0);
    expect(exchange.latencyMs).toBeGreaterThanOrEqual(exchange.connectMs);
    expect(exchange.endedAt - exchange.startedAt).toBeGreaterThanOrEqual(exchange.latencyMs);
    expect(received).toMatch(/^POST \/send\?a=b HTTP\/1\.1\r\n.*X-B: 1\r\nX-A: 2\r\n.*\r\n\r\n\{"qbl":/s);
  });

  it('can arrive over a kept connection', async () => {
    let connections = 0;
    const server = createHttpServer((_, response) => response.end('ok'));
    server.on('connection', () => {
      connections += 1;
    });
    const sender = network.senderTo(`http://localhost:${await network.listen(server)}/`);
    const first = await sender.send();
    const second = await sender.send();
    expect([first.responseCode, second.responseCode, connections]).toEqual(['200', '200', 1]);
    expect(second.connectMs).toBe(0);
    expect(second.bytes).toBe(first.bytes);
  });

  it('fails without an exception from status 400 on, and follows no redirect', async () => {
    const port = await network.http((request, response) => {
      response.writeHead(request.url === '/moved' ? 302 : 503, { location: '/other' }).end();
    });
    expect(await network.send(`http://localhost:${port}/moved`)).toMatchObject({
      responseCode: '302',
      success: true,
    });
    expect(await network.send(`http://localhost:${port}/busy`)).toMatchObject({
      responseCode: '503',
      responseMessage: 'Service Unavailable',
      success: false,
    });
  });

  it('fails if it is a redirect without a location, and keeps the connection', async () => {
    let status = 301;
    const port = await network.http((_, response) => response.writeHead(status).end());
    const post = network.senderTo(`http://localhost:${port}/`);
    const first = await post.send();
    expect(first).toMatchObject({
      responseCode: 'Non HTTP response code: java.lang.IllegalArgumentException',
      responseMessage: `Non HTTP response message: Missing location header in redirect for POST http://localhost:${port}/ HTTP/1.1`,
      success: false,
      outcome: 'indeterminate',
    });
    status = 307;
    expect(await post.send()).toMatchObject({ responseCode: '307', success: true, connectMs: 0 });
    expect(await network.send(`http://localhost:${port}/`, { method: 'GET' })).toMatchObject({
      success: false,
    });
  });

  it('can follow an informational response', async () => {
    const port = await network.http((_, response) => {
      response.writeEarlyHints({ link: '</style.css>; rel=preload' });
      response.end('ok');
    });
    expect(await network.send(`http://localhost:${port}/`)).toMatchObject({
      responseCode: '200',
      success: true,
    });
  });

  it('arrives over IPv6 if the machine supports it', async (context) => {
    const server = createHttpServer((_, response) => response.end());
    server.listen(0, '::1');
    const listening = await Promise.race([once(server, 'listening').then(() => true), once(server, 'error')]);
    if (listening !== true) return context.skip();
    network.onCleanUp(() => server.close());
    const { port } = server.address() as AddressInfo;
    expect(await network.send(`http://[::1]:${port}/`)).toMatchObject({ responseCode: '200' });
  });
});

describe('the time of sending', () => {
  it('always has the same number of digits', () => {
    for (let now = 0; now < 1000; now += 0.137) expect(String(sentAtMs(now))).toHaveLength(17);
  });

  it('is taken right before the write, even if the event loop was busy in between', async () => {
    const bodies: string[] = [];
    const port = await network.http((request, response) => {
      request.on('data', (chunk) => bodies.push(String(chunk)));
      request.on('end', () => response.end());
    });
    const sender = network.senderTo(`http://localhost:${port}/`);
    await sender.send();
    const pending = sender.send();
    const busyUntil = performance.now() + 50;
    while (performance.now() < busyUntil);
    const exchange = await pending;
    const sentAt: number = JSON.parse(bodies[1] ?? '').qbl.sentAt;
    expect(Math.abs(sentAt - (performance.timeOrigin + exchange.startedAt))).toBeLessThan(1);
  });
});

describe('each request', () => {
  it('is sent only once, even with idempotent methods', async () => {
    for (const method of ['GET', 'PUT', 'DELETE', 'POST', 'HEAD'] as const) {
      let requests = 0;
      const port = await network.tcp((socket) =>
        socket.on('data', () => {
          requests += 1;
          if (requests === 2) socket.destroy();
          else socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
        }),
      );
      const sender = network.senderTo(`http://localhost:${port}/`, { method }, { writer: null });
      const codes = [await sender.send(), await sender.send(), await sender.send()].map(
        ({ responseCode }) => responseCode,
      );
      expect([codes[0], codes[2], requests]).toEqual(['200', '200', 3]);
      expect(codes[1]).toContain('Non HTTP response code');
    }
  });

  it('is not lost on a kept connection that the server had closed before', async () => {
    let requests = 0;
    const sockets: Socket[] = [];
    const port = await network.http((_, response) => {
      requests += 1;
      if (response.socket !== null) sockets.push(response.socket);
      response.end('ok');
    });
    const sender = network.senderTo(`http://localhost:${port}/`);
    for (let count = 1; count <= 5; count += 1) {
      expect(await sender.send()).toMatchObject({ responseCode: '200', success: true });
      const socket = sockets.at(-1);
      if (socket !== undefined) await Promise.all([once(socket, 'close'), socket.end()]);
    }
    expect([requests, sockets.length]).toEqual([5, 5]);
  });

  it('is not lost if the server closes after each response', async () => {
    let requests = 0;
    const port = await network.http((_, response) => {
      requests += 1;
      response.setHeader('connection', 'close').end('ok');
    });
    const sender = network.senderTo(`http://localhost:${port}/`);
    for (let count = 1; count <= 20; count += 1) {
      expect(await sender.send()).toMatchObject({ responseCode: '200', success: true });
    }
    expect(requests).toBe(20);
  });

  it('opens a new connection after a failure', async () => {
    let connections = 0;
    const port = await network.tcp((socket) => {
      connections += 1;
      const first = connections === 1;
      socket.on('data', () => {
        if (!first) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
      });
    });
    const sender = network.senderTo(`http://localhost:${port}/`, { timeoutMs: 100 });
    expect((await sender.send()).responseMessage).toContain('Read timed out');
    expect(await sender.send()).toMatchObject({ responseCode: '200' });
    expect(connections).toBe(2);
  });
});
