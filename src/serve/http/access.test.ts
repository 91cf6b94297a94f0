import { Agent, request as httpsRequest } from 'node:https';
import { afterEach, describe, expect, test } from 'vitest';
import { CERTIFICATE, KEY } from '../../http/testing/certificate.ts';
import { acked, converse, forBothWays, post, start, stopAll, withLength } from '../testing/scripted-serve.ts';

afterEach(stopAll);

const BODY = '{"a":1}';

/** Sends one request with these header lines. Resolves with the status of the answer. */
async function statusOf(port: number, target: string, lines: readonly string[], method = 'POST') {
  const { socket, heard } = converse(port);
  const length = `Content-Length: ${BODY.length}`;
  socket.write(
    [`${method} ${target} HTTP/1.1`, 'Content-Type: application/json', length, ...lines, '', BODY].join(
      '\r\n',
    ),
  );
  await expect.poll(heard).toMatch(/^HTTP\/1\.1 \d{3} /);
  return Number(heard().slice(9, 12));
}

forBothWays(() => {
  describe('the target of a message', () => {
    test.each([
      '/send',
      '/send/',
      '/send?x=1',
      '/send/?x=1',
      'http://localhost:3000/send',
      'HTTP://127.0.0.1/send/?x',
    ])('is accepted: %s', async (target) => {
      const { serve, queue } = await start();
      expect(await statusOf(serve.port, target, ['Host: localhost'])).toBe(200);
      expect(queue.values).toEqual([BODY]);
    });

    test.each(['/send//', '//send', '/SEND', '/send/x', 'http://localhost/other'])(
      'is not found: %s',
      async (target) => {
        const { serve, queue } = await start();
        expect(await statusOf(serve.port, target, ['Host: localhost'])).toBe(404);
        expect(queue.values).toEqual([]);
      },
    );
  });

  describe('on loopback, a request from a page of another host', () => {
    test.each([
      ['/send', 'POST', ['Host: evil.example']],
      ['/send', 'POST', ['Host: localhost', 'Origin: http://evil.example']],
      ['http://evil.example/send', 'POST', ['Host: localhost']],
      ['/metrics', 'GET', ['Host: evil.example:3000']],
      ['/send', 'OPTIONS', ['Host: localhost', 'Origin: null']],
    ])('is refused: %s %s %j', async (target, method, lines) => {
      const { serve, queue } = await start();
      expect(await statusOf(serve.port, target, lines, method)).toBe(403);
      expect(queue.values).toEqual([]);
    });

    test('is accepted if the server also serves other machines', async () => {
      const { serve } = await start(acked, { host: '0.0.0.0' });
      expect(await statusOf(serve.port, '/send', ['Host: queue.example'])).toBe(200);
    });
  });

  test.each([
    [['Host: localhost', 'Host: localhost'], '/send', 'POST'],
    [['Host: localhost', 'hOST: evil.example'], '/send', 'POST'],
    [['Host: localhost', 'Host: localhost'], '/metrics', 'GET'],
  ])('a request with several Host headers is refused: %j %s', async (lines, target, method) => {
    const { serve, queue } = await start();
    expect(await statusOf(serve.port, target, lines, method)).toBe(400);
    expect(queue.values).toEqual([]);
  });

  describe('a token', () => {
    test.each([
      [{}, 401],
      [{ Authorization: 'Bearer wrong' }, 401],
      [{ Authorization: 'Bearer s3cret-longer' }, 401],
      [{ Authorization: 'Basic s3cret' }, 401],
      [{ Authorization: 'Bearer s3cret' }, 200],
      [{ Authorization: 'bearer  s3cret ' }, 200],
    ])('is checked: %j gives status %i', async (headers, status) => {
      const { url, queue } = await start(acked, { token: 's3cret' });
      const response = await post(url, BODY, headers as Record<string, string>);
      expect([response.status, queue.values.length]).toEqual([status, status === 200 ? 1 : 0]);
      expect(response.headers.get('www-authenticate')).toBe(status === 401 ? 'Bearer' : null);
    });

    test('is required for metrics, but not for health checks', async () => {
      const { url } = await start(acked, { token: 's3cret' });
      const statuses = await Promise.all(
        ['/metrics', '/healthz', '/readyz'].map(async (path) => (await fetch(`${url}${path}`)).status),
      );
      expect(statuses).toEqual([401, 200, 200]);
    });
  });

  test('serves https with a certificate', async () => {
    const { url, queue } = await start(acked, { certificate: { cert: CERTIFICATE, key: KEY } });
    expect(url).toMatch(/^https:/);
    const agent = new Agent({ ca: CERTIFICATE, servername: 'localhost' });
    const headers = { 'Content-Type': 'application/json' };
    const status = await new Promise((resolve, reject) => {
      const request = httpsRequest(`${url}/send`, { agent, method: 'POST', headers }, (response) =>
        resolve(response.resume().statusCode),
      );
      request.on('error', reject).end(BODY);
    });
    expect([status, queue.values]).toEqual([200, [BODY]]);
  });

  describe('a body', () => {
    test('can begin with a byte order mark, which goes to the queue too', async () => {
      const { url, queue } = await start();
      expect((await post(url, `\ufeff${BODY}`)).status).toBe(200);
      expect(queue.values).toEqual([`\ufeff${BODY}`]);
      expect((await post(url, '\ufeff')).status).toBe(400);
    });

    test('is not enqueued if it follows a refused body on the same connection', async () => {
      const { serve, queue } = await start(acked, { maxBodyBytes: 100 });
      const { socket, ended } = converse(serve.port);
      socket.write(withLength(`"${'x'.repeat(200)}"`) + withLength(BODY));
      const heard = await ended;
      expect(heard.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413']);
      expect(queue.values).toEqual([]);
    });
  });
});
