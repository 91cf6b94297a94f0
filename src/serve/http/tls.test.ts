import net from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { CERTIFICATE, KEY } from '../../http/testing/certificate.ts';
import type { SendOutcome } from '../../queue/queue.ts';
import type { ServeOptions } from '../serve.ts';
import { acked, running, type Script, start, stopAll, withLength } from '../testing/scripted-serve.ts';

const sockets: net.Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await stopAll();
});

function startTls(script: Script = acked, options: Partial<ServeOptions> = {}) {
  return start(script, { certificate: { cert: CERTIFICATE, key: KEY }, ...options });
}

/** A TCP connection whose client never begins the TLS handshake. */
async function silent(port: number): Promise<{ socket: net.Socket; ended: Promise<void> }> {
  const socket = net.connect({ host: '127.0.0.1', port });
  sockets.push(socket);
  socket.on('error', () => {}).resume();
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  await new Promise((resolve) => socket.once('connect', resolve));
  return { socket, ended };
}

function overTls(port: number): { socket: TLSSocket; ended: Promise<string> } {
  const options = { host: '127.0.0.1', port, rejectUnauthorized: false, allowHalfOpen: true };
  const socket = connect(options);
  sockets.push(socket);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  return { socket, ended: new Promise((resolve) => socket.once('end', () => resolve(text))) };
}

async function slowly(): Promise<SendOutcome> {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return { kind: 'acked', place: null };
}

describe('with TLS', () => {
  test('serve closes although a client has not begun its handshake', async () => {
    const { serve } = await startTls();
    const { ended } = await silent(serve.port);
    running.pop();
    await serve.close();
    await ended;
  });

  test('a client that does not begin its handshake in time is disconnected', async () => {
    const { serve } = await startTls(acked, { requestTimeoutMs: 50 });
    const { ended } = await silent(serve.port);
    await ended;
  });

  test('a client that ends before its handshake is disconnected at once', async () => {
    const { serve } = await startTls(acked, { requestTimeoutMs: 1_000_000 });
    const { socket, ended } = await silent(serve.port);
    socket.end();
    await ended;
  });

  test('a client that has ended its side gets the answers to its messages', async () => {
    const { serve, queue } = await startTls(slowly);
    const { socket, ended } = overTls(serve.port);
    socket.end(withLength('1') + withLength('2'));
    expect((await ended).split('HTTP/1.1 200 OK\r\n')).toHaveLength(3);
    expect(queue.values).toEqual(['1', '2']);
  });
});
