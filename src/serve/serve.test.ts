import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import type { SendOutcome } from '../queue/queue.ts';
import {
  acked,
  converse,
  forBothWays,
  JSON_HEAD,
  post,
  running,
  type Script,
  start,
  stopAll,
  withLength,
} from './testing/scripted-serve.ts';

afterEach(stopAll);

forBothWays(() => {
  describe('an acked message', () => {
    test('is answered with status 200, a text, and its place in the queue', async () => {
      const { url, queue } = await start();
      const response = await post(url, '{"a": 1 }');
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
      expect(response.headers.get('qbl-partition')).toBe('3');
      expect(response.headers.get('qbl-offset')).toBe('14');
      expect(await response.text()).toBe('Mensaje enviado a Kafka');
      expect(queue.values).toEqual(['{"a": 1 }']);
    });

    test('is answered without a place if the queue reports none', async () => {
      const { url } = await start(async () => ({ kind: 'acked', place: null }));
      const response = await post(url, '{}');
      expect(response.status).toBe(200);
      expect(response.headers.has('qbl-partition')).toBe(false);
    });

    test('arrives unchanged, wherever its bytes were cut', async () => {
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

    test('can come in chunks, and to a path with a query', async () => {
      const { serve, queue } = await start();
      const { socket, heard } = converse(serve.port);
      socket.write(`${JSON_HEAD.replace('/send', '/send?x=1')}Transfer-Encoding: chunked\r\n\r\n`);
      socket.write('2\r\n{"\r\n');
      socket.write('5\r\na":1}\r\n0\r\n\r\n');
      await expect.poll(heard).toContain('Mensaje enviado a Kafka');
      expect(queue.values).toEqual(['{"a":1}']);
    });

    test('can follow another message on the same connection before that one is answered', async () => {
      const { serve, queue } = await start();
      const { socket, heard } = converse(serve.port);
      socket.write(withLength('{"n":1}') + withLength('{"n":2}') + withLength('{"n":3}'));
      await expect.poll(() => heard().split('200 OK').length - 1).toBe(3);
      expect(queue.values).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    });

    test('can ask for 100 Continue first', async () => {
      const { serve } = await start();
      const { socket, heard } = converse(serve.port);
      socket.write(`${JSON_HEAD}Content-Length: 2\r\nExpect: 100-continue\r\n\r\n`);
      await expect.poll(heard).toContain('100 Continue');
      socket.write('{}');
      await expect.poll(heard).toContain('200 OK');
    });
  });

  describe('the result of the queue', () => {
    const refused = (reason: 'too-large' | 'not-authorized' | 'invalid' | 'unavailable'): Script => {
      return async () => ({ kind: 'refused', reason, detail: 'the detail' });
    };
    test.each([
      [413, refused('too-large')],
      [502, refused('not-authorized')],
      [502, refused('invalid')],
      [502, refused('unavailable')],
      [504, (async () => ({ kind: 'unknown', detail: 'the detail' })) satisfies Script],
    ])('gives status %i with the reason', async (status, script) => {
      const { url } = await start(script);
      const response = await post(url, '{}');
      expect(response.status).toBe(status);
      expect(await response.text()).toContain('the detail');
    });

    test('gives status 504 if it is too late', async () => {
      const { url } = await start(() => new Promise(() => {}), { timeoutMs: 20 });
      running.pop();
      expect((await post(url, '{}')).status).toBe(504);
    });

    test('gives status 500 and a logged stack if it is an exception', async () => {
      const { url, lines } = await start(() => Promise.reject(new TypeError('broken')));
      const response = await post(url, '{}');
      expect(response.status).toBe(500);
      expect(await response.text()).toBe('Error interno');
      expect(lines.join('\n')).toMatch(/TypeError: broken\n\s+at /);
    });
  });

  describe('a message is rejected', () => {
    test('as Not Enqueued while the queue is not connected', async () => {
      const reason = 'no broker at scripted:9092';
      const { url, lines } = await start(acked, {}, { kind: 'waiting', reason, hint: 'Start one.' });
      const response = await post(url, '{}');
      expect([response.status, response.statusText]).toEqual([503, 'Not Enqueued']);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(lines[0]).toMatch(/^waiting for \S+ \(no broker at scripted:9092\)\. Start one\.$/);
    });

    test('as Not Enqueued if too many messages or bytes would be pending', async () => {
      let release = () => {};
      const held = new Promise<SendOutcome>((resolve) => {
        release = () => resolve({ kind: 'acked', place: null });
      });
      const { url, queue } = await start(() => held, { maxPendingMessages: 1, maxPendingBytes: 1_000 });
      const first = post(url, '{"first":1}');
      await expect.poll(() => queue.values).toHaveLength(1);
      expect((await post(url, '{}')).statusText).toBe('Not Enqueued');
      expect((await post(url, JSON.stringify('x'.repeat(995)))).statusText).toBe('Not Enqueued');
      release();
      expect((await first).status).toBe(200);
      expect((await post(url, '{}')).status).toBe(200);
    });
  });

  test('a message counts even if its client disconnects', async () => {
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

  describe('closing serve', () => {
    test('answers messages in flight before it closes the queue', async () => {
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

    test('says in the last answer of each connection that it closes', async () => {
      let release = () => {};
      const held = new Promise<SendOutcome>((resolve) => {
        release = () => resolve({ kind: 'acked', place: null });
      });
      const { serve, queue } = await start(() => held);
      const { socket, ended, heard } = converse(serve.port);
      socket.write(withLength('{"n":1}') + withLength('{"n":2}'));
      await expect.poll(() => queue.values).toHaveLength(2);
      const closed = serve.close();
      running.pop();
      // The client gets no answer to this message, so it must not be enqueued.
      socket.write(withLength('{"n":3}'));
      release();
      await ended;
      expect(heard().match(/HTTP\/1\.1 200|Connection: \S+/g)).toEqual([
        'HTTP/1.1 200',
        'Connection: keep-alive',
        'HTTP/1.1 200',
        'Connection: close',
      ]);
      await closed;
      expect(queue.values).toHaveLength(2);
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
});
