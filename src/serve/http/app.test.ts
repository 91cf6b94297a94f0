import { afterEach, describe, expect, test } from 'vitest';
import { acked, forBothWays, post, start, stopAll } from '../testing/scripted-serve.ts';

afterEach(stopAll);

forBothWays(() => {
  describe('other paths than /send', () => {
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
    ])('%s %s gets status %i', async (method, path, status) => {
      const { url } = await start();
      const response = await fetch(`${url}${path}`, { method });
      expect(response.status).toBe(status);
      expect(response.headers.has('allow')).toBe(status === 405);
      expect(response.headers.has('x-powered-by')).toBe(false);
    });

    test('readiness reports why serve waits, while the health check passes', async () => {
      const { url } = await start(acked, {}, { kind: 'waiting', reason: 'no broker yet' });
      const ready = await fetch(`${url}/readyz`);
      expect(ready.status).toBe(503);
      expect(await ready.text()).toContain('no broker yet');
      expect((await fetch(`${url}/healthz`)).status).toBe(200);
    });

    test('metrics count requests but contain no text from them', async () => {
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
});
