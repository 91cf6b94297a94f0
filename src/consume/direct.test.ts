import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../http/listen.ts';
import { serveDirectly } from './direct.ts';

test('a port that another has taken in an outage ends the service with an error', async () => {
  let tellUrl: (url: string) => void = () => {};
  const opened = new Promise<string>((resolve) => {
    tellUrl = resolve;
  });
  // Several, so that one of them is met on a busy machine too.
  const outages = Array.from({ length: 30 }, (_, i) => ({ fromMs: i * 1_000, toMs: i * 1_000 + 500 }));
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const serving = serveDirectly({
    port: 0,
    instances: 1,
    concurrency: 1,
    ratePerSecond: null,
    work: null,
    failShare: 0,
    outages,
    maxWaiting: 1,
    timeoutMs: 1_000,
    timelineFile: null,
    stop: stop.signal,
    onReady: tellUrl,
  });
  const ended = expect(serving).rejects.toMatchObject({
    exitCode: 4,
    message: expect.stringContaining('is in use'),
  });
  const url = await opened;
  await fetch(url, { method: 'POST', body: 'the first' }).catch(() => {});
  await take(Number(new URL(url).port), stop.signal);
  await ended;
});

/** Tries until it has the port, and keeps it until the test ends. */
async function take(port: number, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    try {
      const servers = await listen(() => createServer(), { port, portOption: '--port' });
      onTestFinished(() => void servers.map((server) => server.close()));
      return;
    } catch {
      await sleep(5);
    }
  }
}
