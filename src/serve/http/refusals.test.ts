import { afterEach, describe, expect, test } from 'vitest';
import { acked, converse, forBothWays, JSON_HEAD, post, start, stopAll } from '../testing/scripted-serve.ts';

afterEach(stopAll);

forBothWays(() => {
  describe('a request is refused', () => {
    test.each([
      [400, '', {}],
      [400, '{"a":', {}],
      [400, Buffer.from([0x22, 0xff, 0x22]), {}],
      [415, '{}', { 'Content-Type': 'text/plain' }],
      [415, '{}', { 'Content-Type': 'application/json; charset=latin1' }],
      [415, '{}', { 'Content-Encoding': 'gzip' }],
      [413, JSON.stringify('x'.repeat(2_000)), {}],
    ])('with status %i for %j %j', async (status, body, headers) => {
      const { url, queue } = await start(acked, { maxBodyBytes: 1_000 });
      expect((await post(url, body, headers as Record<string, string>)).status).toBe(status);
      expect(queue.values).toEqual([]);
    });

    test('before its body arrives if its Content-Length is too large', async () => {
      const { serve } = await start();
      const { socket, heard, ended } = converse(serve.port);
      socket.write(`${JSON_HEAD}Content-Length: 5001\r\n\r\n{"a`);
      await expect.poll(heard).toContain('413 Payload Too Large');
      expect(heard()).toMatch(/connection: close/i);
      await ended;
    });

    test('without 100 Continue, even if the client asked for it', async () => {
      const { serve } = await start();
      const { socket, heard } = converse(serve.port);
      socket.write(`${JSON_HEAD}Content-Length: 5001\r\nExpect: 100-continue\r\n\r\n`);
      await expect.poll(heard).toContain('413');
      expect(heard()).not.toContain('100 Continue');
    });

    test('while its chunks arrive if they grow too large, and the sender gets the response', async () => {
      const { serve, queue } = await start();
      const { socket, heard, ended } = converse(serve.port);
      socket.write(`${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n`);
      const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;
      socket.write(chunk.repeat(64));
      await expect.poll(heard).toContain('413 Payload Too Large');
      await ended;
      expect(queue.values).toEqual([]);
    });

    test.each(['head', 'body'])('with 408 if its %s does not end', async (part) => {
      const { serve, queue } = await start(acked, { requestTimeoutMs: 100 });
      const { socket, ended } = converse(serve.port);
      socket.write(
        part === 'head' ? 'POST /send HTTP/1.1\r\nHost: x' : `${JSON_HEAD}Content-Length: 9\r\n\r\n{`,
      );
      expect(await ended).toContain('408 Request Timeout');
      expect(queue.values).toEqual([]);
    });

    test.each(['gzip, chunked', 'x-unknown, chunked'])(
      'with 501 for Transfer-Encoding: %s',
      async (coding) => {
        const { serve, queue } = await start();
        const { socket, heard } = converse(serve.port);
        socket.write(`${JSON_HEAD}Transfer-Encoding: ${coding}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`);
        await expect.poll(heard).toContain('501 Not Implemented');
        expect(queue.values).toEqual([]);
      },
    );

    test('if it is not HTTP', async () => {
      const { serve } = await start();
      const { socket, ended } = converse(serve.port);
      socket.write('hello\r\n\r\n');
      expect(await ended).toContain('400 Bad Request');
    });
  });
});
