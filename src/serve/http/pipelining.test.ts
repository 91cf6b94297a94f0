import { afterEach, expect, test } from 'vitest';
import type { SendOutcome } from '../../queue/queue.ts';
import { converse, forBothWays, JSON_HEAD, start, stopAll, withLength } from '../testing/scripted-serve.ts';

afterEach(stopAll);

const BOUND = 64;
/** Number of bytes that Node reads from a connection at once. */
const READ_BYTES = 64 * 1024;
const COUNT = 5_000;

forBothWays((isPlain) => {
  test('limits how many requests it reads from a client that does not wait for responses, and answers all', async () => {
    let release = () => {};
    const held = new Promise<SendOutcome>((resolve) => {
      release = () => resolve({ kind: 'acked', place: null });
    });
    const { serve, url, queue } = await start(() => held, { timeoutMs: 60_000 });
    const request = withLength('{}');
    const { socket, heard } = converse(serve.port);
    socket.write(request.repeat(COUNT));
    const pending = async () => numberIn(await metricsOf(url), 'qbl_serve_pending_messages');
    await expect.poll(pending).toBeGreaterThanOrEqual(BOUND);
    // With each request for the metrics, serve gets a chance to read more from the connection with the unanswered
    // requests. But serve must not read more.
    for (let turn = 0; turn < 100; turn++) await metricsOf(url);
    expect(await pending()).toBeLessThanOrEqual(BOUND + READ_BYTES / request.length);
    release();
    await expect.poll(() => heard().split('HTTP/1.1 200 OK').length - 1, { timeout: 20_000 }).toBe(COUNT);
    expect(queue.values).toHaveLength(COUNT);
  });

  test('heads of unanswered requests count as bytes in memory until they are answered', async () => {
    let release = () => {};
    const held = new Promise<SendOutcome>((resolve) => {
      release = () => resolve({ kind: 'acked', place: null });
    });
    const { serve, url, queue } = await start(() => held, { maxPendingBytes: 20_000 });
    const large = `${JSON_HEAD}X-Large: ${'x'.repeat(12_000)}\r\nContent-Length: 2\r\n\r\n{}`;
    const first = converse(serve.port);
    first.socket.write(large);
    await expect.poll(() => queue.values).toHaveLength(1);
    const second = converse(serve.port);
    second.socket.write(large);
    expect(await second.ended).toMatch(/^HTTP\/1\.1 503 Not Enqueued\r\n/);
    expect(numberIn(await metricsOf(url), 'qbl_serve_pending_bytes')).toBeGreaterThan(12_000);
    release();
    await expect.poll(first.heard).toContain('200 OK');
    expect(numberIn(await metricsOf(url), 'qbl_serve_pending_bytes')).toBe(0);
  });

  test.each([
    ['a body that is not JSON', withLength('{'), '400 Bad Request'],
    [
      'a body that grows too large',
      `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n1389\r\n${'x'.repeat(5_001)}\r\n0\r\n\r\n`,
      '413 ',
    ],
  ])('releases the memory for the head of a request with %s', async (_, request, status) => {
    const { serve, url } = await start();
    const { socket, heard } = converse(serve.port);
    socket.write(request);
    await expect.poll(heard).toContain(status);
    expect(numberIn(await metricsOf(url), 'qbl_serve_pending_bytes')).toBe(0);
  });

  async function metricsOf(url: string): Promise<string> {
    return (await fetch(`${url}/metrics`)).text();
  }

  function numberIn(metrics: string, name: string): number {
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
  }

  test.each([
    ['bytes that are no HTTP', 'garbage\r\n\r\n', true],
    [
      'a body that is not chunked as announced',
      `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
      isPlain,
    ],
  ])('a message is not refused because %s follow it on its connection', async (_, garbage, isAnswered) => {
    let release = () => {};
    const held = new Promise<SendOutcome>((resolve) => {
      release = () => resolve({ kind: 'acked', place: null });
    });
    const { serve, queue } = await start(() => held);
    const { socket, heard, ended } = converse(serve.port);
    socket.write(withLength('{}'));
    await expect.poll(() => queue.values).toHaveLength(1);
    socket.write(garbage);
    if (!isAnswered) await ended;
    release();
    await ended;
    const [first] = heard().match(/(?<=^HTTP\/1\.1 )\d+/) ?? [];
    expect(first).toBe(isAnswered ? '200' : undefined);
  });

  test('bytes that are no HTTP are refused', async () => {
    const { serve } = await start();
    const { socket, ended } = converse(serve.port);
    socket.write('garbage\r\n\r\n');
    expect(await ended).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });
});
