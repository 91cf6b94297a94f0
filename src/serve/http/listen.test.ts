import { afterEach, describe, expect, test } from 'vitest';
import { startServe } from '../serve.ts';
import { acked, ScriptedQueue, start, stopAll } from '../testing/scripted-serve.ts';

afterEach(stopAll);

describe('listening', () => {
  test('uses one port on all loopback addresses', async () => {
    const { serve } = await start();
    expect(serve.port).toBeGreaterThan(0);
    expect(serve.urls[0]).toBe(`http://127.0.0.1:${serve.port}`);
    for (const url of serve.urls) expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  test('fails as a problem of the environment if the port is in use, and closes the queue', async () => {
    const { serve } = await start();
    const queue = new ScriptedQueue(acked, { kind: 'connected' });
    const second = startServe({ queue, port: serve.port, log: () => {} });
    await expect(second).rejects.toMatchObject({
      exitCode: 4,
      message: expect.stringContaining('in use'),
      hint: expect.stringContaining('Choose another port with --port'),
    });
    expect(queue.isClosed).toBe(true);
  });

  test("fails as a problem of the environment on another machine's address", async () => {
    const queue = new ScriptedQueue(acked, { kind: 'connected' });
    const serve = startServe({ queue, host: '192.0.2.1', port: 0, log: () => {} });
    await expect(serve).rejects.toMatchObject({ exitCode: 4 });
  });
});
