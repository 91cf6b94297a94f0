import { get, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startQbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';

/** Each test says when its run ends. */
const RUN = ['run', '--threads', '2', '--rate', '20', '--duration', '1h', '--live'];

test('serves the report while the run goes on, with events until its end', async () => {
  const folder = await tempFolder();
  const run = startQbl(RUN, { folder });
  const url = await run.line(/live {4}(http:\S+)/);
  const page = await until('a page', async () => {
    const response = await fetch(url);
    return response.ok ? { text: await response.text(), headers: response.headers } : null;
  });
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.text).toContain('<meta name="live" content="/events">');
  expect(page.text).toContain("connect-src 'self'");
  const { body } = await fetch(new URL('/events', url));
  let events = '';
  const states = () => events.split('\n\n').filter((event) => event.startsWith('data: {'));
  const isAcked = (event: string) => event.includes('"outcome":"acked"');
  const stopped = until('two states, with acks', () => states().filter(isAcked).length > 1).then(() =>
    run.signal('SIGINT'),
  );
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) events += text;
  await stopped;
  const last = JSON.parse(states().at(-1)?.slice('data: '.length) ?? '');
  expect(last).toMatchObject({ schema: 'qbl.report/1', verdict: { verdict: 'pass' } });
  expect(events).toMatch(/event: end\ndata:\n\n$/);
  expect((await run.ended).code, 'interrupted').toBe(130);
});

test('a browser that reads late gets the last state and the end', async () => {
  const folder = await tempFolder();
  // More than the system takes of a browser that does not read.
  const body = JSON.stringify({ text: 'x'.repeat(15_000) });
  const load = ['--threads', '2', '--rate', '100', '--duration', '3s', '--body', body, '--trace', '300'];
  const run = startQbl(['run', '--live', ...load], { folder });
  const url = await run.line(/live {4}(http:\S+)/);
  await until('a page', async () => (await fetch(url)).ok);
  const follower = await new Promise<IncomingMessage>((resolve) => get(new URL('/events', url), resolve));
  // From now on the run is over, and the page waits for its browsers.
  await run.line(/^(Run): /m);
  // Nobody waits so long for a browser that is not waited for.
  await Promise.race([run.ended, sleep(2_000)]);
  const events = await text(follower);
  const last = events.split('\n\n').findLast((event) => event.startsWith('data: {'));
  expect(JSON.parse(last?.slice('data: '.length) ?? '')).toMatchObject({ verdict: { verdict: 'pass' } });
  expect(events).toMatch(/event: end\ndata:\n\n$/);
  expect((await run.ended).code).toBe(0);
});

test('answers no page of another host that had its name resolved to this machine', async () => {
  const folder = await tempFolder();
  const run = startQbl(RUN, { folder });
  const url = new URL(await run.line(/live {4}(http:\S+)/));
  expect(await statusOf(url, { host: 'evil.example' })).toBe(403);
  expect(await statusOf(url, { host: `localhost:${url.port}` })).not.toBe(403);
  expect(await statusOf(new URL('/runs', url), {})).toBe(404);
  expect(await statusOf(url, {}, 'POST')).toBe(405);
});

/** fetch does not let a caller choose the Host. */
function statusOf(url: URL, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end();
  });
}
