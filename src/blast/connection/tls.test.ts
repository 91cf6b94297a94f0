import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CERTIFICATE, KEY } from '../../http/testing/certificate.ts';
import { outcomeOf } from '../../samples/outcome.ts';
import { Network, type Sender } from '../testing/network.ts';
import type { Trust } from './trust.ts';

const OWN: Trust = { kind: 'authorities', pem: CERTIFICATE };
const HANDSHAKE = 'Non HTTP response code: javax.net.ssl.SSLHandshakeException';

const network = new Network();
let requests = 0;
let connections = 0;
let port = 0;

beforeEach(async () => {
  [requests, connections] = [0, 0];
  const server = createServer({ key: KEY, cert: CERTIFICATE }, (_, response) => {
    requests += 1;
    response.end('ok');
  });
  server.on('secureConnection', () => {
    connections += 1;
  });
  server.listen(0);
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
  network.onCleanUp(() => {
    server.closeAllConnections();
    server.close();
  });
});

afterEach(() => network.cleanUp());

function sender(trust: Trust, host = 'localhost'): Sender {
  return network.senderTo(`https://${host}:${port}/`, {}, { trust });
}

async function refusal(sender: Sender): Promise<string> {
  const exchange = await sender.send();
  const { responseCode, responseMessage, sentBytes } = exchange;
  expect([responseCode, outcomeOf(exchange), sentBytes]).toEqual([HANDSHAKE, 'rejected', 0]);
  return responseMessage;
}

describe('https', () => {
  it('uses one connection and counts only the bytes of HTTP', async () => {
    const client = sender(OWN);
    const [first, second] = [await client.send(), await client.send()];
    expect([first.responseCode, second.responseCode, connections]).toEqual(['200', '200', 1]);
    expect(first.connectMs).toBeGreaterThan(0);
    expect(second).toMatchObject({ bytes: first.bytes, sentBytes: first.sentBytes, connectMs: 0 });
    expect(first.bytes).toBeLessThan(200);
  });

  it('rejects a message if the certificate is not trusted: nothing was sent', async () => {
    expect(await refusal(sender({ kind: 'node' }))).toMatch(/self.signed certificate/);
    expect(requests).toBe(0);
  });

  it('rejects a message if a trusted certificate is for another name', async () => {
    expect(await refusal(sender(OWN, '127.0.0.1'))).toMatch(/IP: 127\.0\.0\.1/);
    expect(requests).toBe(0);
  });

  it('accepts every certificate for every name if configured to', async () => {
    expect(await sender({ kind: 'anyone' }, '127.0.0.1').send()).toMatchObject({ responseCode: '200' });
  });

  it('rejects a message if the server closes, resets or speaks no TLS in the handshake', async () => {
    port = await network.tcp((socket) => socket.once('data', () => socket.end()));
    await refusal(sender(OWN));
    port = await network.tcp((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await refusal(sender(OWN))).toContain('Connection reset');
    port = await network.http((_, response) => response.end());
    expect(await refusal(sender(OWN))).toBe('Non HTTP response message: wrong version number');
  });
});
