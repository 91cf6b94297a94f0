import { request } from 'node:http';
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
  const stopped = until('a second state', () => states().length > 1).then(() => run.signal('SIGINT'));
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) events += text;
  await stopped;
  const last = JSON.parse(states().at(-1)?.slice('data: '.length) ?? '');
  expect(last).toMatchObject({ schema: 'qbl.report/1', verdict: { verdict: 'pass' } });
  expect(events).toMatch(/event: end\ndata:\n\n$/);
  expect((await run.ended).code, 'interrupted').toBe(130);
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
