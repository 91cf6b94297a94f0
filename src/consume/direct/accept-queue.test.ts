import { expect, onTestFinished, test } from 'vitest';
import { parseWork } from '../../capacity/work.ts';
import { type DirectOptions, serveDirectly } from './direct.ts';

/** One start in 100 seconds: so rare that an instance makes only its first start during a test. */
const RARELY = 0.01;

/** Starts a service and returns a function that sends a request. The function returns the text of the answer. */
async function sendTo(options: Partial<DirectOptions>): Promise<() => Promise<string>> {
  const stop = new AbortController();
  let serving: Promise<unknown> = Promise.resolve();
  const url = await new Promise<string>((onReady) => {
    serving = serveDirectly({
      ...{ port: 0, instances: 1, concurrency: 1, ratePerSecond: RARELY, work: null, failShare: 0 },
      ...{ outages: [], maxWaiting: 100, timeoutMs: 60_000, timelineFile: null },
      ...{ stop: stop.signal, onReady },
      ...options,
    });
  });
  onTestFinished(async () => {
    stop.abort();
    await serving;
  });
  return async () => (await fetch(url, { method: 'POST', body: '{}' })).text();
}

test('gives up a request that an instance has taken, if the rate allows no start in time', async () => {
  const send = await sendTo({ concurrency: 3, timeoutMs: 50 });
  expect(await send()).toBe('processed');
  const others = await Promise.all([send(), send(), send(), send()]);
  expect(others).toEqual(Array(4).fill('the work did not start in time'));
});

test('lets other requests start after a request that was given up', async () => {
  const send = await sendTo({ ratePerSecond: 0.5, timeoutMs: 1_500, work: parseWork('1ms') });
  expect(await send()).toBe('processed');
  // The rate allows the next start after 2 s, so the first request gives up.
  let answer = await send();
  while (answer !== 'processed') answer = await send();
});

test('gives each request to the instance that can start it first', async () => {
  const send = await sendTo({ instances: 3 });
  const answers = [await send(), await send(), await send()];
  expect(answers).toEqual(['processed', 'processed', 'processed']);
});
