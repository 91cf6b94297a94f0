import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { outcomeOf } from '../../samples/outcome.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { Network } from '../testing/network.ts';

const network = new Network();

afterEach(() => network.cleanUp());

async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function shown({ responseCode, responseMessage }: Exchange): string {
  return `${responseCode} | ${responseMessage}`
    .replace('Non HTTP response code: ', '')
    .replace('Non HTTP response message: ', '');
}

describe('a failure before the request', () => {
  it('is recorded as connection refused', async () => {
    const port = await closedPort();
    const exchange = await network.send(`http://127.0.0.1:${port}/`);
    expect(shown(exchange)).toBe(
      `org.apache.http.conn.HttpHostConnectException | Connect to 127.0.0.1:${port} [/127.0.0.1] failed: Connection refused`,
    );
    expect(exchange).toMatchObject({ success: false, bytes: 0, sentBytes: 0, latencyMs: 0 });
  });

  it('is recorded as an unknown host', async () => {
    const exchange = await network.send('http://nosuch.invalid/');
    expect(shown(exchange)).toMatch(/^java\.net\.UnknownHostException \| nosuch\.invalid: /);
    expect(outcomeOf(exchange)).toBe('rejected');
  });

  it('is recorded as a connect time-out, even in the TLS handshake', async () => {
    const port = await network.tcp(() => {});
    const exchange = await network.send(`https://127.0.0.1:${port}/`, { timeoutMs: 100 });
    expect(shown(exchange)).toMatch(
      /^org\.apache\.http\.conn\.ConnectTimeoutException \| .*Connect timed out$/,
    );
  });
});

describe('a failure after the request', () => {
  async function exchangeWith(onRequest: (socket: Socket) => void, timeoutMs = 10_000): Promise<Exchange> {
    const port = await network.tcp((socket) => socket.once('data', () => onRequest(socket)));
    const exchange = await network.send(`http://localhost:${port}/`, { timeoutMs });
    expect(outcomeOf(exchange)).toBe('indeterminate');
    expect(exchange.success).toBe(false);
    expect(exchange.sentBytes).toBeGreaterThan(0);
    return {
      ...exchange,
      responseMessage: exchange.responseMessage.replace(String(port), 'PORT'),
    };
  }

  it('is recorded as a reset', async () => {
    expect(shown(await exchangeWith((socket) => socket.resetAndDestroy()))).toBe(
      'java.net.SocketException | Connection reset',
    );
  });

  it.each([
    ['without a length', ''],
    ['without a length, in HTTP/1.0', '', 'HTTP/1.0'],
    ['with a length', 'Content-Length: 100\r\n'],
    ['with a length, on a connection that closes', 'Connection: close\r\nContent-Length: 100\r\n'],
    ['in chunks', 'Transfer-Encoding: chunked\r\n', 'HTTP/1.1', '5\r\nab'],
    ['in chunks, on a connection that closes', 'Connection: close\r\nTransfer-Encoding: chunked\r\n'],
  ])(
    'is recorded as a reset in the middle of a body %s',
    async (_, headers, version = 'HTTP/1.1', body = 'ab') => {
      let reset = () => {};
      const port = await network.tcp((socket) => {
        reset = () => socket.resetAndDestroy();
        socket.once('data', () => socket.write(`${version} 200 OK\r\n${headers}\r\n${body}`));
      });
      const sender = network.senderTo(`http://localhost:${port}/`, {}, { onHead: () => reset() });
      expect(shown(await sender.send())).toBe('java.net.SocketException | Connection reset');
    },
  );

  it('is recorded as a head that is too long', async () => {
    const exchange = await exchangeWith((socket) => {
      socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(1024 ** 2)}\r\n\r\n`);
    });
    expect(shown(exchange)).toBe(
      'org.apache.http.MessageConstraintException | Maximum header length limit exceeded',
    );
  });

  it('is recorded as a close without a response', async () => {
    expect(shown(await exchangeWith((socket) => socket.end()))).toBe(
      'org.apache.http.NoHttpResponseException | localhost:PORT failed to respond',
    );
  });

  it('is recorded as a time-out without a response', async () => {
    expect(shown(await exchangeWith(() => {}, 100))).toBe('java.net.SocketTimeoutException | Read timed out');
  });

  it.each([
    ['in chunks', 'Transfer-Encoding: chunked\r\n', '1\r\nx\r\n'],
    ['that ends with the connection', '', 'x'],
  ])('is recorded as a time-out of an endless body, %s', async (_, headers, piece) => {
    const exchange = await exchangeWith((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\n${headers}\r\n`);
      const drip = setInterval(() => socket.write(piece), 10);
      network.onCleanUp(() => clearInterval(drip));
    }, 150);
    expect(shown(exchange)).toBe('java.net.SocketTimeoutException | Read timed out');
  });

  it('is recorded as a body that ended early', async () => {
    for (const connection of ['keep-alive', 'close']) {
      const exchange = await exchangeWith((socket) =>
        socket.end(`HTTP/1.1 200 OK\r\nConnection: ${connection}\r\nContent-Length: 100\r\n\r\nabc`),
      );
      expect(shown(exchange)).toBe(
        'org.apache.http.ConnectionClosedException | Premature end of Content-Length delimited message body (expected: 100; received: 3)',
      );
    }
  });

  it('is recorded as a chunked body that ended early', async () => {
    for (const connection of ['keep-alive', 'close']) {
      const head = `HTTP/1.1 200 OK\r\nConnection: ${connection}\r\nTransfer-Encoding: chunked\r\n\r\n`;
      expect(shown(await exchangeWith((socket) => socket.end(`${head}5\r\nab`)))).toBe(
        'org.apache.http.ConnectionClosedException | Premature end of chunk coded message body: closing chunk expected',
      );
    }
  });

  it('is recorded as a response that is not HTTP', async () => {
    const exchange = await exchangeWith((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    expect(shown(exchange)).toBe('org.apache.http.client.ClientProtocolException | null');
  });

  it('is recorded as a head that is not valid, not as a body that ended early', async () => {
    const head = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n';
    const exchange = await exchangeWith((socket) => socket.end(`${head}ok`));
    expect(shown(exchange)).toBe('org.apache.http.client.ClientProtocolException | null');
  });

  it('is recorded as a status below 100', async () => {
    const exchange = await exchangeWith((socket) =>
      socket.end('HTTP/1.1 000 OK\r\nContent-Length: 0\r\n\r\n'),
    );
    expect(shown(exchange)).toBe('org.apache.http.client.ClientProtocolException | null');
  });

  it('is recorded as an interruption by qbl', async () => {
    const port = await network.http(() => sender.connection.interrupt());
    const sender = network.senderTo(`http://localhost:${port}/`);
    expect(shown(await sender.send())).toBe('java.net.SocketException | Socket closed');
  });
});
