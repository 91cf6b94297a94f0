import { afterEach, describe, expect, test } from 'vitest';
import type { SendOutcome } from '../../queue/queue.ts';
import { acked, converse, start, stopAll, withLength } from '../testing/scripted-serve.ts';

afterEach(stopAll);

/**
 * Returns a script, which is the behaviour of a fake queue. The queue acknowledges a message only when the test calls
 * `release` with its value. The test can release the messages in any order.
 */
function held() {
  const release = new Map<string, () => void>();
  const script = (value: string) =>
    new Promise<SendOutcome>((resolve) => {
      release.set(value, () => resolve({ kind: 'acked', place: { partition: 0, offset: Number(value) } }));
    });
  return { script, release: (value: string) => release.get(value)?.() };
}

const offsets = (text: string) =>
  [...text.matchAll(/Qbl-Offset: (\d+)/g)].map(([, offset]) => Number(offset));
/** So many answers that the system cannot buffer all of them for a connection whose client does not read. */
const COUNT = 60_000;
const HEALTH = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('answers on one connection', () => {
  test('have the order of the requests, even if the queue answers in another order', async () => {
    const { script, release } = held();
    const { serve, queue } = await start(script);
    const { socket, heard } = converse(serve.port);
    for (const value of ['1', '2', '3']) {
      socket.write(withLength(value));
      await expect.poll(() => queue.values).toContain(value);
    }
    release('3');
    release('2');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard()).toBe('');
    release('1');
    await expect.poll(() => offsets(heard())).toEqual([1, 2, 3]);
  });

  test('come before the answer to a request for Node’s HTTP server, which reads all later ones', async () => {
    const { script, release } = held();
    const { serve, queue } = await start(script);
    const { socket, heard } = converse(serve.port);
    socket.write(withLength('1') + HEALTH + withLength('2'));
    await expect.poll(() => queue.values).toEqual(['1']);
    expect(heard()).toBe('');
    release('1');
    await expect.poll(() => queue.values).toEqual(['1', '2']);
    expect(heard()).toMatch(/Qbl-Offset: 1[\s\S]*alive$/);
    release('2');
    await expect.poll(() => offsets(heard())).toEqual([1, 2]);
  });

  test('reach a client that has ended its side', async () => {
    const { script, release } = held();
    const { serve, queue } = await start(script);
    const { socket, ended } = converse(serve.port);
    socket.end(withLength('1'));
    await expect.poll(() => queue.values).toEqual(['1']);
    release('1');
    expect(await ended).toMatch(/Connection: close\r\n[\s\S]*Kafka$/);
  });

  test('are not collected for a client that does not read them', { timeout: 60_000 }, async () => {
    const { serve, queue } = await start();
    const { socket, heard } = converse(serve.port);
    socket.pause();
    socket.write(withLength('{}').repeat(COUNT));
    const counts: number[] = [];
    const hasStopped = () => {
      counts.push(queue.messages.length);
      return counts.length > 5 && new Set(counts.slice(-5)).size === 1;
    };
    await expect.poll(hasStopped, { interval: 200, timeout: 20_000 }).toBe(true);
    expect(queue.messages.length).toBeGreaterThan(0);
    expect(queue.messages.length).toBeLessThan(COUNT);
    socket.resume();
    await expect.poll(() => queue.messages.length, { timeout: 20_000 }).toBe(COUNT);
    expect(heard()).toContain('200 OK');
  });
});

describe('a request', () => {
  test.each([
    ['in its head', 30],
    ['between head and body', -3],
    ['in its body', -1],
  ])('may arrive in two parts, cut %s, and those behind it too', async (_, cut) => {
    const { serve, queue } = await start();
    const { socket, heard } = converse(serve.port);
    socket.setNoDelay(true);
    for (const value of ['101', '102']) {
      const request = withLength(value);
      socket.write(request.slice(0, cut));
      await new Promise((resolve) => setTimeout(resolve, 5));
      socket.write(request.slice(cut));
    }
    await expect.poll(() => queue.values).toEqual(['101', '102']);
    await expect.poll(() => heard().split('200 OK').length - 1).toBe(2);
  });

  test('that its client does not finish is refused with 400, but those before it are answered', async () => {
    const { script, release } = held();
    const { serve, queue, url } = await start(script);
    const alone = converse(serve.port);
    alone.socket.end(withLength('1').slice(0, -1));
    expect(await alone.ended).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
    const second = converse(serve.port);
    second.socket.end(withLength('2') + withLength('3').slice(0, -1));
    await expect.poll(() => queue.values).toEqual(['2']);
    release('2');
    expect(await second.ended).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Kafka$/);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('qbl_serve_pending_bytes 0');
  });

  test('that no memory is left for is not read, and the answer before it says so', async () => {
    const { script, release } = held();
    const { serve, queue } = await start(script, { maxPendingBytes: 300 });
    const { socket, ended } = converse(serve.port);
    const large = `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Large: ${'x'.repeat(300)}\r\n\r\n`;
    socket.write(withLength('1') + large);
    await expect.poll(() => queue.values).toEqual(['1']);
    release('1');
    expect(await ended).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Connection: close\r\n[\s\S]*Kafka$/);
  });
});

describe('an unanswered request', () => {
  test.each([
    ['a part of another request', 'POST /send HT'],
    ['a request for Node’s HTTP server', HEALTH],
  ])('is not refused as late if %s follows it', async (_, rest) => {
    const { script, release } = held();
    const { serve, queue } = await start(script, { requestTimeoutMs: 50, timeoutMs: 10_000 });
    const { socket, heard } = converse(serve.port);
    socket.write(withLength('1') + rest);
    await expect.poll(() => queue.values).toEqual(['1']);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(heard()).toBe('');
    release('1');
    await expect.poll(heard).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  test('is answered before a request for Node’s HTTP server, also if the client has ended its side', async () => {
    const { script, release } = held();
    const { serve, queue } = await start(script);
    const { socket, ended } = converse(serve.port);
    socket.end(withLength('1') + HEALTH);
    await expect.poll(() => queue.values).toEqual(['1']);
    release('1');
    expect(await ended).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*KafkaHTTP\/1\.1 200 OK\r\n[\s\S]*alive$/);
  });
});

describe('a connection', () => {
  test('is refused with 408 if its first request does not come in time', async () => {
    const { serve } = await start(acked, { requestTimeoutMs: 50 });
    const { ended } = converse(serve.port);
    expect(await ended).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
  });

  test('ends after the answer to its last message when serve closes', async () => {
    const { script, release } = held();
    const { serve, queue } = await start(script);
    const { socket, ended } = converse(serve.port);
    const idle = converse(serve.port);
    idle.socket.write(HEALTH);
    await expect.poll(idle.heard).toContain('alive');
    socket.write(withLength('1'));
    await expect.poll(() => queue.values).toEqual(['1']);
    const closed = serve.close();
    release('1');
    expect(await ended).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*Connection: close\r\n/);
    await closed;
    await idle.ended;
  });

  test('that ended while its message was on the way does no harm', async () => {
    const { script, release } = held();
    const { serve, queue, url } = await start(script);
    const { socket, ended } = converse(serve.port);
    socket.write(withLength('1'));
    await expect.poll(() => queue.values).toEqual(['1']);
    socket.resetAndDestroy();
    await ended;
    release('1');
    expect(await (await fetch(`${url}/metrics`)).text()).toContain(
      'qbl_serve_requests_total{status="200"} 1',
    );
  });
});
