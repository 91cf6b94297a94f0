import { request as httpRequest } from 'node:http';
import net from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { ConnectionState, OutgoingMessage, Queue, Sender, SendOutcome } from '../queue/queue.ts';
import { type RunningServe, type ServeOptions, startServe } from './serve.ts';

type Script = (value: string, deadlineMs: number) => Promise<SendOutcome>;

const acked: Script = async () => ({ kind: 'acked', place: { partition: 3, offset: 14 } });

/** A queue that says what the test wants, and remembers what it was given. */
class ScriptedQueue implements Queue {
  readonly system = 'kafka';
  readonly capabilities = { replay: true, tap: true, end: true, order: true };
  readonly url = 'kafka://scripted:9092/t';
  readonly values: string[] = [];
  script: Script;
  state: ConnectionState;
  isClosed = false;

  constructor(script: Script, state: ConnectionState) {
    this.script = script;
    this.state = state;
  }

  async prepare(): Promise<void> {}

  async openSender({ onConnection }: Parameters<Queue['openSender']>[0]): Promise<Sender> {
    onConnection(this.state);
    const isConnected = () => this.state.kind === 'connected';
    return {
      get connected() {
        return isConnected();
      },
      maxInFlight: 4,
      maxBatchMessages: 100,
      maxBatchBytes: 10_000,
      maxMessageBytes: 5_000,
      send: (batch, deadlineMs) => this.#send(batch, deadlineMs),
      close: async () => {},
    };
  }

  async openReader(): Promise<never> {
    throw new Error('not part of this test');
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }

  #send(batch: readonly OutgoingMessage[], deadlineMs: number): Promise<SendOutcome[]> {
    const values = batch.map(({ value }) => value.toString());
    this.values.push(...values);
    return Promise.all(values.map((value) => this.script(value, deadlineMs)));
  }
}

const running: RunningServe[] = [];
const sockets: net.Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(running.splice(0).map((serve) => serve.close()));
});

async function start(script: Script = acked, options: Partial<ServeOptions> = {}, waiting?: string) {
  const state: ConnectionState =
    waiting === undefined ? { kind: 'connected' } : { kind: 'waiting', reason: waiting };
  const queue = new ScriptedQueue(script, state);
  const lines: string[] = [];
  const serve = await startServe({ queue, port: 0, log: (line) => lines.push(line), ...options });
  running.push(serve);
  return { queue, serve, lines, url: serve.urls[0] ?? '' };
}

function post(url: string, body: string | Buffer, headers: Record<string, string> = {}) {
  return fetch(`${url}/send`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body,
  });
}

interface Conversation {
  readonly socket: net.Socket;
  /** Everything the server said so far. */
  heard(): string;
  readonly ended: Promise<string>;
}

/** A client that speaks bytes. */
function converse(port: number): Conversation {
  const socket = net.connect({ host: '127.0.0.1', port });
  sockets.push(socket);
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  return {
    socket,
    heard: () => text,
    ended: new Promise((resolve) => socket.once('close', () => resolve(text))),
  };
}

const JSON_HEAD = 'POST /send HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n';

function withLength(body: string): string {
  return `${JSON_HEAD}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

describe('an acked message', () => {
  test('is answered with 200, its text, and its place', async () => {
    const { url, queue } = await start();
    const response = await post(url, '{"a": 1 }');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('qbl-partition')).toBe('3');
    expect(response.headers.get('qbl-offset')).toBe('14');
    expect(await response.text()).toBe('Mensaje enviado a Kafka');
    expect(queue.values).toEqual(['{"a": 1 }']);
  });

  test('has no place where the queue tells none', async () => {
    const { url } = await start(async () => ({ kind: 'acked', place: null }));
    const response = await post(url, '{}');
    expect(response.status).toBe(200);
    expect(response.headers.has('qbl-partition')).toBe(false);
  });

  test('arrives as it was sent, wherever its bytes were cut', async () => {
    const { serve, queue } = await start();
    const body = ' {"niño":"año 🌊", "n": 1.50 }\n';
    const bytes = Buffer.from(withLength(body));
    for (let cut = bytes.length - Buffer.byteLength(body); cut < bytes.length; cut++) {
      const { socket, heard } = converse(serve.port);
      socket.setNoDelay(true);
      socket.write(bytes.subarray(0, cut));
      await new Promise(setImmediate);
      socket.end(bytes.subarray(cut));
      await expect.poll(heard).toContain('200 OK');
    }
    expect(new Set(queue.values)).toEqual(new Set([body]));
  });

  test('may come in chunks, and to a path with a query', async () => {
    const { serve, queue } = await start();
    const { socket, heard } = converse(serve.port);
    socket.write(`${JSON_HEAD.replace('/send', '/send?x=1')}Transfer-Encoding: chunked\r\n\r\n`);
    socket.write('2\r\n{"\r\n');
    socket.write('5\r\na":1}\r\n0\r\n\r\n');
    await expect.poll(heard).toContain('Mensaje enviado a Kafka');
    expect(queue.values).toEqual(['{"a":1}']);
  });

  test('may follow another on the same connection before that is answered', async () => {
    const { serve, queue } = await start();
    const { socket, heard } = converse(serve.port);
    socket.write(withLength('{"n":1}') + withLength('{"n":2}') + withLength('{"n":3}'));
    await expect.poll(() => heard().split('200 OK').length - 1).toBe(3);
    expect(queue.values).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
  });

  test('may ask for 100 Continue first', async () => {
    const { serve } = await start();
    const { socket, heard } = converse(serve.port);
    socket.write(`${JSON_HEAD}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n`);
    await expect.poll(heard).toContain('100 Continue');
    socket.write('{}');
    await expect.poll(heard).toContain('200 OK');
  });
});

describe('the queue says', () => {
  const refused = (reason: 'too-large' | 'not-authorized' | 'invalid' | 'unavailable'): Script => {
    return async () => ({ kind: 'refused', reason, detail: 'the detail' });
  };
  test.each([
    [413, refused('too-large')],
    [502, refused('not-authorized')],
    [502, refused('invalid')],
    [502, refused('unavailable')],
    [504, (async () => ({ kind: 'unknown', detail: 'the detail' })) satisfies Script],
  ])('%i, with the reason', async (status, script) => {
    const { url } = await start(script);
    const response = await post(url, '{}');
    expect(response.status).toBe(status);
    expect(await response.text()).toContain('the detail');
  });

  test('nothing in time: 504', async () => {
    const { url } = await start(() => new Promise(() => {}), { timeoutMs: 20 });
    running.pop();
    expect((await post(url, '{}')).status).toBe(504);
  });

  test('something broken: 500, and the stack is logged', async () => {
    const { url, lines } = await start(() => Promise.reject(new TypeError('broken')));
    const response = await post(url, '{}');
    expect(response.status).toBe(500);
    expect(await response.text()).toBe('Error interno');
    expect(lines.join('\n')).toMatch(/TypeError: broken\n\s+at /);
  });
});

describe('a definite no', () => {
  test('while the queue is away, with the phrase that says so', async () => {
    const { url, lines } = await start(acked, {}, 'no broker at scripted:9092');
    const response = await post(url, '{}');
    expect([response.status, response.statusText]).toEqual([503, 'Not Enqueued']);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(lines.join('\n')).toContain('no broker at scripted:9092');
    expect(lines.join('\n')).toContain('qbl broker');
  });

  test('when more would be pending than allowed, in messages or in bytes', async () => {
    let release = () => {};
    const held = new Promise<SendOutcome>((resolve) => {
      release = () => resolve({ kind: 'acked', place: null });
    });
    const { url, queue } = await start(() => held, { maxPendingMessages: 1, maxPendingBytes: 100 });
    const first = post(url, '{"first":1}');
    await expect.poll(() => queue.values).toHaveLength(1);
    expect((await post(url, '{}')).statusText).toBe('Not Enqueued');
    expect((await post(url, JSON.stringify('x'.repeat(95)))).statusText).toBe('Not Enqueued');
    release();
    expect((await first).status).toBe(200);
    expect((await post(url, '{}')).status).toBe(200);
  });
});

describe('a request is refused', () => {
  test.each([
    [400, '', {}],
    [400, '{"a":', {}],
    [400, Buffer.from([0x22, 0xff, 0x22]), {}],
    [415, '{}', { 'Content-Type': 'text/plain' }],
    [415, '{}', { 'Content-Type': 'application/json; charset=latin1' }],
    [415, '{}', { 'Content-Encoding': 'gzip' }],
    [413, JSON.stringify('x'.repeat(2_000)), {}],
  ])('%i for %j %j', async (status, body, headers) => {
    const { url, queue } = await start(acked, { maxBodyBytes: 1_000 });
    expect((await post(url, body, headers as Record<string, string>)).status).toBe(status);
    expect(queue.values).toEqual([]);
  });

  test('before its body, when that is announced as too large', async () => {
    const { serve } = await start();
    const { socket, heard, ended } = converse(serve.port);
    socket.write(`${JSON_HEAD}Content-Length: 5001\r\n\r\n{"a`);
    await expect.poll(heard).toContain('413 Payload Too Large');
    expect(heard()).toMatch(/connection: close/i);
    await ended;
  });

  test('without 100 Continue, when that was asked for', async () => {
    const { serve } = await start();
    const { socket, heard } = converse(serve.port);
    socket.write(`${JSON_HEAD}Content-Length: 5001\r\nExpect: 100-continue\r\n\r\n`);
    await expect.poll(heard).toContain('413');
    expect(heard()).not.toContain('100 Continue');
  });

  test('in the middle of chunks that grow too large, and the sender gets to see it', async () => {
    const { serve, queue } = await start();
    const { socket, heard, ended } = converse(serve.port);
    socket.write(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`);
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
    socket.write(chunk.repeat(64));
    await expect.poll(heard).toContain('413 Payload Too Large');
    await ended;
    expect(queue.values).toEqual([]);
  });

  test.each(['head', 'body'])('408 when its %s does not come to an end', async (part) => {
    const { serve, queue } = await start(acked, { requestTimeoutMs: 100 });
    const { socket, ended } = converse(serve.port);
    socket.write(
      part === 'head' ? 'POST /send HTTP/1.1\r\nHost: x' : `${JSON_HEAD}Content-Length: 9\r\n\r\n{`,
    );
    expect(await ended).toContain('408 Request Timeout');
    expect(queue.values).toEqual([]);
  });

  test('when it is no HTTP', async () => {
    const { serve } = await start();
    const { socket, ended } = converse(serve.port);
    socket.write('hello\r\n\r\n');
    expect(await ended).toContain('400 Bad Request');
  });
});

test('a client that leaves does no harm, and its message counts', async () => {
  let release = () => {};
  const held = new Promise<SendOutcome>((resolve) => {
    release = () => resolve({ kind: 'acked', place: null });
  });
  const { serve, queue, url } = await start(() => held);
  const { socket, ended } = converse(serve.port);
  socket.write(withLength('{}'));
  await expect.poll(() => queue.values).toHaveLength(1);
  socket.destroy();
  await ended;
  release();
  const metrics = async () => (await fetch(`${url}/metrics`)).text();
  await expect.poll(metrics).toContain('qbl_serve_messages_total{outcome="acked"} 1');
});

describe('beside /send', () => {
  test.each([
    ['GET', '/healthz', 200],
    ['GET', '/readyz', 200],
    ['GET', '/metrics', 200],
    ['GET', '/send', 405],
    ['DELETE', '/send', 405],
    ['POST', '/healthz', 405],
    ['POST', '/readyz', 405],
    ['PUT', '/metrics', 405],
    ['GET', '/', 404],
    ['POST', '/sender', 404],
    ['GET', '/%', 404],
  ])('%s %s is %i', async (method, path, status) => {
    const { url } = await start();
    const response = await fetch(`${url}${path}`, { method });
    expect(response.status).toBe(status);
    expect(response.headers.has('allow')).toBe(status === 405);
    expect(response.headers.has('x-powered-by')).toBe(false);
  });

  test('readiness tells what is waited for, while life goes on', async () => {
    const { url } = await start(acked, {}, 'no broker yet');
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.text()).toContain('no broker yet');
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('metrics count, and repeat nothing that a request said', async () => {
    const { url } = await start();
    await post(url, '{"secret":1}');
    await fetch(`${url}/secret?secret=secret`, { headers: { secret: 'secret' } });
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).toContain('qbl_serve_requests_total{status="200"} 1');
    expect(text).toContain('qbl_serve_requests_total{status="404"} 1');
    expect(text).toContain('qbl_serve_messages_total{outcome="acked"} 1');
    expect(text).toContain('qbl_serve_message_bytes_total 12');
    expect(text).toContain('qbl_serve_pending_messages 0');
    expect(text).toContain('qbl_serve_ack_seconds_count 1');
    expect(text).not.toContain('secret');
  });
});

describe('listening', () => {
  test('is on one port for every loopback address', async () => {
    const { serve } = await start();
    expect(serve.port).toBeGreaterThan(0);
    expect(serve.urls[0]).toBe(`http://127.0.0.1:${serve.port}`);
    for (const url of serve.urls) expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('on a port in use is an error of the environment, which closes the queue', async () => {
    const { serve } = await start();
    const queue = new ScriptedQueue(acked, { kind: 'connected' });
    const second = startServe({ queue, port: serve.port, log: () => {} });
    await expect(second).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('in use'),
      hint: expect.stringContaining('--port'),
    });
    expect(queue.isClosed).toBe(true);
  });

  test('on a host that is not ours is an error of the environment', async () => {
    const queue = new ScriptedQueue(acked, { kind: 'connected' });
    const serve = startServe({ queue, host: '192.0.2.1', port: 0, log: () => {} });
    await expect(serve).rejects.toMatchObject({ exitCode: 4 });
  });
});

describe('closing', () => {
  test('answers what is in flight first, then closes the queue', async () => {
    let release = () => {};
    const held = new Promise<SendOutcome>((resolve) => {
      release = () => resolve({ kind: 'acked', place: null });
    });
    const { serve, queue, url } = await start(() => held);
    const answer = post(url, '{}');
    await expect.poll(() => queue.values).toHaveLength(1);
    const closed = serve.close();
    running.pop();
    await expect(fetch(`${url}/healthz`, { headers: { Connection: 'close' } })).rejects.toThrow();
    expect(queue.isClosed).toBe(false);
    release();
    expect((await answer).status).toBe(200);
    await closed;
    expect(queue.isClosed).toBe(true);
  });

  test('does not wait for clients that keep a connection or never finish a request', async () => {
    const { serve, url } = await start();
    await (await post(url, '{}')).text();
    const half = converse(serve.port);
    half.socket.write(`${JSON_HEAD}Content-Length: 9\r\n\r\n{`);
    const idle = httpRequest({ host: '127.0.0.1', port: serve.port, path: '/healthz', agent: false });
    idle.on('error', () => {});
    idle.end();
    await serve.close();
    running.pop();
    await half.ended;
  });
});
