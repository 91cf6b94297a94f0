import { once } from 'node:events';
import { get, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startQbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { until } from './support/until.ts';

/** Arguments of a run without an end. Each test ends its run itself. */
const RUN = [
  'run',
  '--threads',
  '2',
  '--rate',
  '20',
  '--rate-tolerance',
  '100%',
  '--duration',
  '1h',
  '--live',
];

test('serves the report during the run, with events until its end', async () => {
  const folder = await tempFolder();
  const run = startQbl(RUN, { folder });
  const url = await run.line(/live {4}(http:\S+)/);
  const page = await fetch(url);
  const html = await page.text();
  expect(page.status).toBe(200);
  expect(html).toMatch(/<title>running: run /);
  expect((await fetch(new URL('/favicon.ico', url))).status).toBe(204);
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(html).toContain('<meta name="live" content="/events">');
  expect(html).toContain("connect-src 'self'");
  const { body } = await fetch(new URL('/events', url));
  let events = '';
  const states = () => events.split('\n\n').filter((event) => event.startsWith('data: {'));
  const isAcked = (event: string) => event.includes('"outcome":"acked"');
  const stopped = until('two states, with acks', () => states().filter(isAcked).length > 1).then(() =>
    run.signal('SIGINT'),
  );
  for await (const text of body?.pipeThrough(new TextDecoderStream()) ?? []) events += text;
  await stopped;
  expect(JSON.parse(states()[0]?.slice('data: '.length) ?? '')).toMatchObject({
    verdict: { verdict: 'running' },
  });
  const last = JSON.parse(states().at(-1)?.slice('data: '.length) ?? '');
  expect(last).toMatchObject({ schema: 'qbl.report/1', verdict: { verdict: 'pass' } });
  expect(events).toMatch(/event: end\ndata:\n\n$/);
  expect((await run.ended).code, 'interrupted').toBe(130);
});

test('sends the last state and the end to a browser that reads late', async () => {
  const folder = await tempFolder();
  // More data than the system buffers for a browser that does not read.
  const body = JSON.stringify({ text: 'x'.repeat(15_000) });
  const load = [
    '--threads',
    '2',
    '--rate',
    '100',
    '--rate-tolerance',
    '100%',
    '--duration',
    '3s',
    '--body',
    body,
    '--trace',
    '300',
  ];
  const run = startQbl(['run', '--live', ...load], { folder });
  const url = await run.line(/live {4}(http:\S+)/);
  const follower = await new Promise<IncomingMessage>((resolve) => get(new URL('/events', url), resolve));
  // The run is over now, and the page waits for its browsers.
  await run.line(/^(Run): /m);
  // Without waiting for the browser, the run would end within this time.
  await Promise.race([run.ended, sleep(2_000)]);
  const events = await text(follower);
  const last = events.split('\n\n').findLast((event) => event.startsWith('data: {'));
  expect(JSON.parse(last?.slice('data: '.length) ?? '')).toMatchObject({ verdict: { verdict: 'pass' } });
  expect(events).toMatch(/event: end\ndata:\n\n$/);
  expect((await run.ended).code).toBe(0);
});

test('drops clients that never read, so that others get an answer', async () => {
  const folder = await tempFolder();
  const run = startQbl(RUN, { folder });
  const url = new URL(await run.line(/live {4}(http:\S+)/));
  const many = (path: string) => Array.from({ length: 30 }, () => connectWithoutReading(url, path));
  const [followers, pages] = [many('/events'), many('/')];
  const closed = [...followers, ...pages].map((socket) => once(socket, 'close'));
  const { body } = await fetch(new URL('/events', url));
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let events = '';
  await until('two states', async () => {
    events += (await reader?.read())?.value ?? '';
    return events.split('data: {').length > 2;
  });
  expect((await fetch(url)).status).toBe(200);
  for (const socket of [...followers, ...pages]) socket.resume();
  // The page keeps 20 of the 31 event streams.
  await expect.poll(() => followers.filter(({ destroyed }) => destroyed).length).toBe(11);
  run.signal('SIGINT');
  await Promise.all(closed);
  expect((await run.ended).code, 'interrupted').toBe(130);
});

test('drops a client that sends many requests without waiting, so that others get an answer', async () => {
  const folder = await tempFolder();
  const run = startQbl(RUN, { folder });
  const url = new URL(await run.line(/live {4}(http:\S+)/));
  const greedy = connect(Number(url.port), url.hostname);
  greedy.on('error', () => {});
  const closed = new Promise((resolve) => greedy.resume().once('close', resolve));
  greedy.write(`GET / HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`.repeat(2_000));
  await closed;
  expect((await fetch(url)).status).toBe(200);
  run.signal('SIGINT');
  expect((await run.ended).code, 'interrupted').toBe(130);
});

/** Sends a request and never reads the answer. */
function connectWithoutReading({ hostname, port, host }: URL, path: string): Socket {
  const socket = connect(Number(port), hostname).pause();
  // The server resets the connections that it drops.
  socket.on('error', () => {});
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  return socket;
}

test('refuses a request whose Host is another name (DNS rebinding)', async () => {
  const folder = await tempFolder();
  const run = startQbl(RUN, { folder });
  const url = new URL(await run.line(/live {4}(http:\S+)/));
  expect(await statusOf(url, { host: 'evil.example' })).toBe(403);
  expect(await statusOf(url, { host: `localhost:${url.port}` })).not.toBe(403);
  expect(await statusOf(new URL('/runs', url), {})).toBe(404);
  expect(await statusOf(url, {}, 'POST')).toBe(405);
});

/** Sends a request with any Host header, which fetch does not allow. */
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
