import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { parseWork } from '../../capacity/work.ts';
import { listen } from '../../http/listen.ts';
import { serveDirectly } from './direct.ts';

test('ends with an error if another process takes the port during an outage', async () => {
  let tellUrl: (url: string) => void = () => {};
  const opened = new Promise<string>((resolve) => {
    tellUrl = resolve;
  });
  // The service and the function `take` compete for the port, because the service does not listen during an outage.
  // With 30 outages, `take` gets the port at least once, even on a busy machine.
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

test('reads only a limited number of requests ahead of its answers', async () => {
  let tellUrl: (url: string) => void = () => {};
  const opened = new Promise<string>((resolve) => {
    tellUrl = resolve;
  });
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  const serving = serveDirectly({
    port: 0,
    instances: 1,
    concurrency: 1,
    ratePerSecond: null,
    work: parseWork('10m'),
    failShare: 0,
    outages: [],
    maxWaiting: 1_000_000,
    timeoutMs: 60_000,
    timelineFile: null,
    stop: stop.signal,
    onReady: tellUrl,
  });
  const url = new URL(await opened);
  const socket = connect(Number(url.port), url.hostname);
  onTestFinished(() => void socket.destroy());
  const one = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}';
  socket.write(one.repeat(5_000));
  // Sends 100 requests on other connections. In this time, the service reads as much as it can from the connection that
  // sent 5,000 requests at once.
  for (let turn = 0; turn < 100; turn++) await fetch(url, { headers: { Origin: 'http://evil.example' } });
  stop.abort();
  const { arrived } = await serving;
  expect(arrived).toBeGreaterThanOrEqual(64);
  expect(arrived).toBeLessThanOrEqual(64 + 65_536 / one.length);
});

/** Tries to listen on the port until it succeeds. Keeps the port until the test ends. */
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
