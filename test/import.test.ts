import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  counter,
  headerManager,
  jmx,
  jmxElement,
  props,
  sampler,
  threadGroup,
} from '../src/plan/jmx/testing/jmx.ts';
import { qbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { expectUsageError } from './support/usage-error.ts';

async function imported(text: string, ...options: string[]) {
  const folder = await tempFolder();
  await writeFile(join(folder, 'orders.jmx'), text);
  const ended = await qbl(['import', 'orders.jmx', ...options], { folder });
  await writeFile(join(folder, 'orders.yaml'), ended.stdout);
  return { ...ended, folder };
}

/** A server that keeps each request as text, with the numbers of the identity left out. */
async function recordingServer() {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    const { host: _, ...headers } = request.headers;
    requests.push(`${request.method} ${request.url} ${JSON.stringify(headers)} ${body}`);
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, requests };
}

test('writes a YAML plan that sends what the .jmx file sends', async () => {
  const { port, requests } = await recordingServer();
  const properties = { 'HTTPSampler.domain': '127.0.0.1', 'HTTPSampler.port': port };
  const text = jmx(
    threadGroup({
      loops: 2,
      properties: { 'ThreadGroup.num_threads': 2 },
      under: [
        headerManager({ 'X-Shop': '${__P(shop,none)}', 'Content-Type': 'application/json' }),
        sampler({ name: 'Order', body: '{\n  "user": ${__threadNum},\n  "note": "a # b: c"\n}', properties }),
        sampler({ name: 'Again: #2', body: '["x"]', properties }),
        sampler({ name: 'Order', body: '{"second": true}', properties }),
      ],
    }),
  );
  const { code, stderr, stdout, folder } = await imported(text, '-J', 'shop=north');
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('body: |');
  const sent: string[][] = [];
  for (const plan of [['orders.jmx', '-J', 'shop=north'], ['orders.yaml']]) {
    const blast = await qbl(['blast', '--no-identity', '--plan', ...plan], { folder });
    expect(blast.code, blast.stderr).toBe(0);
    sent.push(requests.splice(0).toSorted());
  }
  expect(sent[0]).toHaveLength(12);
  expect(sent[1]).toEqual(sent[0]);
});

test('names in comments what the YAML plan does not have', async () => {
  const random = jmxElement(
    'UniformRandomTimer',
    'Pause',
    props({ 'ConstantTimer.delay': 300, 'RandomTimer.range': 50 }),
  );
  const properties = {
    'HTTPSampler.follow_redirects': true,
    'HTTPSampler.use_keepalive': false,
    'HTTPSampler.path': '/a/../send',
  };
  const text = jmx(
    threadGroup({
      properties: {
        'ThreadGroup.scheduler': true,
        'ThreadGroup.duration': 5,
        'ThreadGroup.delay': 2,
        'ThreadGroup.same_user_on_next_iteration': false,
      },
      under: [
        counter({ name: 'order', start: 10, incr: 5 }),
        sampler({ body: '{"order": ${order}}', properties, under: [random] }),
        jmxElement('JSR223Sampler', 'Script\n- injected: 1', ''),
      ],
    }),
  );
  const { code, stderr, stdout } = await imported(text);
  expect(code).toBe(0);
  expect(stderr).toContain('the plan lacks 1 part of the .jmx file: its first lines name them');
  const comments = stdout.split('\n').filter((line) => /^\s*#/.test(line));
  for (const part of [
    'JSR223Sampler is not supported here',
    'The .jmx counts order from 10 in steps of 5, for all threads together.',
    'The .jmx starts these threads after 2s.',
    'The .jmx follows redirects.',
    'The .jmx closes the connection after this request.',
    'JMeter keeps . and .. in the path of this URL',
    'The .jmx opens new connections for each loop.',
    'The .jmx waits 300ms, plus a random time up to 50ms, before this request.',
  ])
    expect(comments.join('\n')).toContain(part);
  expect(stdout).toContain('{"order": ${loop}}');
  expect(stdout).not.toMatch(/^\s*- injected/m);
});

test('writes the requests in parts that qbl refuses', async () => {
  const loop = jmxElement('RandomController', 'Again', '', { under: [sampler({ name: 'Inside' })] });
  const open = jmxElement('OpenModelThreadGroup', 'Log in', '', { under: [sampler({ name: 'First' })] });
  const { code, stderr, stdout } = await imported(jmx(open, threadGroup({ under: [loop] })));
  expect(code).toBe(0);
  expect(stderr).toBe('the plan lacks 2 parts of the .jmx file: its first lines name them\n');
  expect(stdout).toContain('Test Plan › Log in: OpenModelThreadGroup is not supported here');
  expect(stdout).toContain('Test Plan › Users › Again: RandomController is not supported here');
  expect(stdout).toMatch(/- name: Log in\n.*- name: First\n.*- name: Users\n.*- name: Inside\n/s);
});

test('keeps the names of requests, and says how to accept the certificates of https', async () => {
  const https = sampler({ name: 'Send', properties: { 'HTTPSampler.protocol': 'https' } });
  const { stdout, stderr } = await imported(jmx(threadGroup({ under: [sampler(), https] })));
  expect(stderr).toBe('');
  expect(stdout.match(/- name: Send$/gm)).toHaveLength(2);
  const advice =
    '# qbl accepts every certificate for a .jmx file. For this plan, add --insecure, or --ca with a file.';
  expect(stdout).toContain(advice);
  expect((await imported(jmx(threadGroup()))).stdout).not.toContain(advice);
});

test('names a mistake under a long path in full', async () => {
  const deep = (levels: number): string =>
    levels === 0
      ? jmxElement('JSR223Sampler', 'Script', '')
      : jmxElement('GenericController', 'x'.repeat(90), '', { under: [deep(levels - 1)] });
  const { stdout } = await imported(jmx(threadGroup({ under: [sampler(), deep(20)] })));
  expect(stdout).toMatch(/^# .*Script: JSR223Sampler is not supported here$/m);
});

test('says why qbl cannot send the written plan yet', async () => {
  const { code, stdout, stderr } = await imported(
    jmx(
      threadGroup({
        under: [
          sampler({ name: 'A', properties: { 'HTTPSampler.domain': '' } }),
          sampler({ name: 'B', properties: { 'HTTPSampler.path': '/of/${__V(user)}' } }),
        ],
      }),
    ),
  );
  expect(code).toBe(0);
  expect(stdout).toContain('url: http://:3000/send');
  expect(stdout).toContain('url: http://localhost:3000/of/${__V(user)}');
  expect(stderr).toContain('url: ${__V(user)} is unknown');
  expect(stderr).toMatch(
    /qbl cannot send the plan before you change it:\nthe plan:\d+ .*url: expected a URL/,
  );
});

test('refuses a file that is no test plan of JMeter', async () => {
  const folder = await tempFolder();
  const missing = expectUsageError(await qbl(['import', 'missing.jmx'], { folder }));
  expect(missing).toContain('missing.jmx');
  expect(missing).not.toContain('qbl init');
  await writeFile(join(folder, 'plan.yaml'), 'name: x');
  expect(expectUsageError(await qbl(['import', 'plan.yaml'], { folder }))).toContain(
    'plan.yaml is not a .jmx file: expected a test plan of JMeter',
  );
  await writeFile(join(folder, 'page.jmx'), '<html></html>');
  expect(expectUsageError(await qbl(['import', 'page.jmx'], { folder }))).toContain('this is not a .jmx');
});
