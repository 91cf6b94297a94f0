import { afterEach, describe, expect, test } from 'vitest';
import { acked, converse, JSON_HEAD, post, start, stopAll } from '../testing/scripted-serve.ts';

afterEach(stopAll);

/** Sends a request with these header lines, and resolves with the headers of its message. */
async function passed(names: readonly string[], lines: string) {
  const { serve, queue } = await start(acked, { passHeaders: names });
  const { socket, heard } = converse(serve.port);
  socket.write(Buffer.from(`${JSON_HEAD}${lines}Content-Length: 2\r\n\r\n{}`));
  await expect.poll(heard).toContain('200 OK');
  return queue.messages[0]?.headers;
}

describe('a header of a request', () => {
  test('becomes a header of the message, with the name of the option', async () => {
    const lines = 'x-order-id: 7\r\nX-Other: no\r\nTRACEPARENT: 00-ab-01\r\n';
    expect(await passed(['X-Order-Id', 'traceparent', 'X-Missing'], lines)).toEqual([
      { name: 'X-Order-Id', value: '7' },
      { name: 'traceparent', value: '00-ab-01' },
    ]);
  });

  test('gives its first value, even if it is empty', async () => {
    expect(await passed(['a', 'b'], 'A: 1\r\na: 2\r\nb:\r\nB: 3\r\n')).toEqual([
      { name: 'a', value: '1' },
      { name: 'b', value: '' },
    ]);
  });

  test('keeps a value in UTF-8', async () => {
    expect(await passed(['Name'], 'Name: ñandú\r\n')).toEqual([{ name: 'Name', value: 'ñandú' }]);
  });

  test('stays out of the message without --pass-header', async () => {
    expect(await passed([], 'X-Order-Id: 7\r\n')).toBeUndefined();
    expect(await passed(['X-Order-Id'], '')).toBeUndefined();
  });
});

describe('the bytes of passed headers count', () => {
  const long = { 'X-Long': 'x'.repeat(3_000) };

  test('for the size limit of messages', async () => {
    const { url, queue } = await start(acked, { passHeaders: ['X-Long'] });
    const body = JSON.stringify('x'.repeat(2_500));
    expect((await post(url, body, long)).status).toBe(413);
    expect((await post(url, body)).status).toBe(200);
    expect((await post(url, '"short"', long)).status).toBe(200);
    const full = await post(url, '{}', { 'X-Long': 'x'.repeat(5_000) });
    expect([full.status, await full.text()]).toEqual([413, expect.stringContaining('no room')]);
    expect(queue.messages).toHaveLength(2);
  });

  test('for the memory limit, until their message has its outcome', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const script = () => held.then(() => acked('', 0));
    const { url, queue } = await start(script, { passHeaders: ['X-Long'] });
    const pendingBytes = async () => {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return Number(/^qbl_serve_pending_bytes (\d+)$/m.exec(metrics)?.[1]);
    };
    const without = post(url, '{}', { 'X-Other': long['X-Long'] });
    await expect.poll(() => queue.messages).toHaveLength(1);
    const bytes = await pendingBytes();
    const withHeader = post(url, '{}', long);
    await expect.poll(() => queue.messages).toHaveLength(2);
    // For each of the two requests, the bytes of its head and body count as pending. For the second request, the header
    // that its message takes counts again.
    expect(await pendingBytes()).toBeGreaterThan(2 * bytes + 2_900);
    release();
    expect([(await without).status, (await withHeader).status]).toEqual([200, 200]);
    await expect.poll(pendingBytes).toBe(0);
    await post(url, 'not JSON', long);
    expect(await pendingBytes()).toBe(0);
  });
});
