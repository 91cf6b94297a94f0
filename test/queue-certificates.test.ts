import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { CERTIFICATE, KEY } from '../src/http/testing/certificate.ts';
import { kill, startQbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';

/** The port of a TLS server that counts the bytes of its clients and never answers. */
async function falseQueue() {
  const received = { bytes: 0 };
  const server = createServer({ key: KEY, cert: CERTIFICATE }, (socket) =>
    socket.on('data', ({ length }) => (received.bytes += length)).on('error', () => {}),
  ).listen(0, '127.0.0.1');
  server.on('tlsClientError', () => {});
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { received, port: (server.address() as AddressInfo).port };
}

test.each([
  ['kafka', { QBL_KAFKA_SASL_USERNAME: 'user', QBL_KAFKA_SASL_PASSWORD: 'secret' }],
  ['amqps', { QBL_AMQP_USERNAME: 'user', QBL_AMQP_PASSWORD: 'secret' }],
])(
  'a queue of %s with an unknown certificate gets nothing, whatever Node allows',
  async (scheme, settings) => {
    const { received, port } = await falseQueue();
    const env = { ...settings, NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    const queue = ['--queue', `${scheme}://localhost:${port}/orders`];
    const serve = startQbl(['serve', '--port', '0', ...queue], { folder: await tempFolder(), env });
    await serve.line(/^waiting for .*(?:certificate|SELF_SIGNED_CERT)/m);
    expect(received.bytes).toBe(0);
    await kill(serve);
    expect((await serve.ended).stderr).not.toContain('NODE_TLS_REJECT_UNAUTHORIZED');
  },
);
