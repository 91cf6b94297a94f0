import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { outcomeOf } from '../samples/outcome.ts';
import type { Exchange } from './exchange.ts';
import { targetRequest } from './request.ts';
import { Connection } from './target.ts';

/** Made for this test alone; valid for localhost until 2126, and trusted by nobody. */
const KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgfdbpaG151yhDjrWP
lzsAgmROm5PYmDlc93PO2GnVzJmhRANCAAReGv2MyiVp3mNT5JMd89o6dBvJz4Rc
B1+oCOzvDzgFOL3fB0jk4Y1z2BiHBqC+McrQz5nOG6p97eYHyFiduq8T
-----END PRIVATE KEY-----`;
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBljCCATugAwIBAgIUKIF+X+6VJ3AAsLfAP9TcOste2R0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzE1MDE0NVoYDzIxMjYxMDMw
MTUwMTQ1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAReGv2MyiVp3mNT5JMd89o6dBvJz4RcB1+oCOzvDzgFOL3fB0jk4Y1z
2BiHBqC+McrQz5nOG6p97eYHyFiduq8To2kwZzAdBgNVHQ4EFgQUwfdu0nvtzBGW
4Rd0/bn+0R6LI90wHwYDVR0jBBgwFoAUwfdu0nvtzBGW4Rd0/bn+0R6LI90wDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SQAwRgIhAKFJN4ZadDp9+Gm+QHdu36Nz2J+ARp8AXt+hJL0DDMS2AiEA7+5+jzyD
jlzA4bjQIeWmoEQfmzb4aBRAZHDOA2Po3/Q=
-----END CERTIFICATE-----`;

const server = createServer({ key: KEY, cert: CERTIFICATE }, (_, response) => response.end('ok'));
let connection: Connection;

async function exchanges(count: number): Promise<Exchange[]> {
  const { port } = server.address() as AddressInfo;
  const request = targetRequest({
    name: 'send',
    url: `https://localhost:${port}/`,
    method: 'POST',
    headers: {},
    body: null,
    timeoutMs: 10_000,
  });
  connection = new Connection(request.origin);
  const identity = { run: 'run', group: 1, thread: 1, loop: 1, request: 1 };
  const outgoing = { request, identity, writeBody: () => 'body', capture: null };
  const done: Exchange[] = [];
  while (done.length < count) {
    done.push(await new Promise((resolve) => connection.send(outgoing, resolve)));
  }
  return done;
}

beforeEach(async () => {
  server.listen(0);
  await once(server, 'listening');
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await connection.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

describe('https', () => {
  it('is spoken over one connection, with the bytes of HTTP alone', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    let connections = 0;
    server.on('secureConnection', () => {
      connections += 1;
    });
    const [first, second] = await exchanges(2);
    expect([first?.responseCode, second?.responseCode, connections]).toEqual(['200', '200', 1]);
    expect(first?.connectMs).toBeGreaterThan(0);
    expect(second).toMatchObject({ bytes: first?.bytes, sentBytes: first?.sentBytes, connectMs: 0 });
    expect(first?.bytes).toBeLessThan(200);
  });

  it('sends nothing to a server whose certificate nobody vouches for', async () => {
    let requests = 0;
    server.on('request', () => {
      requests += 1;
    });
    const [exchange] = await exchanges(1);
    expect(exchange?.responseCode).toBe('Non HTTP response code: javax.net.ssl.SSLHandshakeException');
    expect(exchange?.responseMessage).toMatch(/self.signed certificate/);
    expect(outcomeOf(exchange?.responseCode ?? '', '')).toBe('indeterminate');
    expect(requests).toBe(0);
  });
});
