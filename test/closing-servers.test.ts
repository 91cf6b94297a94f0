import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { serveDirectly } from '../src/consume/direct/direct.ts';
import { Metrics } from '../src/consume/metrics.ts';
import { openServiceHttp } from '../src/consume/service-http.ts';
import { openLivePage } from '../src/report/live/live-page.ts';
import { runFolder } from '../src/runs/run-folder.ts';
import { startServe } from '../src/serve/serve.ts';
import { acked, ScriptedQueue } from '../src/serve/testing/scripted-serve.ts';
import { tempFolder } from './support/temp-folder.ts';

interface Closable {
  readonly url: string;
  close(): Promise<unknown>;
}

async function serve(): Promise<Closable> {
  const queue = new ScriptedQueue(acked, { kind: 'connected' });
  const running = await startServe({ queue, port: 0, log: () => {} });
  return { url: running.urls[0] ?? '', close: () => running.close() };
}

function service(): Promise<Closable> {
  const counts = { processed: 0, deadLettered: 0, attempts: 0, failures: 0 };
  const metrics = new Metrics(() => ({ counts: counts as never, backlog: null, oldestAgeMs: null }));
  return openServiceHttp({ port: 0, metrics, notReady: () => null });
}

async function direct(): Promise<Closable> {
  const stop = new AbortController();
  let ended: Promise<unknown> = Promise.resolve();
  const url = await new Promise<string>((onReady, reject) => {
    ended = serveDirectly({
      ...{ port: 0, instances: 1, concurrency: 1, ratePerSecond: null, work: null, failShare: 0 },
      ...{ outages: [], maxWaiting: 10, timeoutMs: 10_000, timelineFile: null },
      stop: stop.signal,
      onReady,
    });
    ended.catch(reject);
  });
  return {
    url,
    close: () => {
      stop.abort();
      return ended;
    },
  };
}

async function livePage(): Promise<Closable> {
  return openLivePage(runFolder(await tempFolder(), 'live'), 0);
}

const REQUEST = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}';

test.each([
  ['qbl serve', serve],
  ['qbl consume', service],
  ['qbl direct', direct],
  ['the live page', livePage],
])('%s answers a request that arrives while it closes, and says that it closes', async (_, open) => {
  const { url, close } = await open();
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let heard = '';
  socket.setEncoding('latin1').on('data', (text) => (heard += text));
  socket.write(REQUEST);
  await expect.poll(() => heard).toMatch(/^HTTP\/1\.1 \d{3} .*\r\n\r\n/s);
  expect(heard).toContain('\r\nConnection: keep-alive\r\n');
  heard = '';
  const closed = close();
  socket.write(REQUEST);
  await once(socket, 'close');
  expect(heard).toMatch(/^HTTP\/1\.1 \d{3} .*\r\n\r\n/s);
  expect(heard).toContain('\r\nConnection: close\r\n');
  await closed;
});
