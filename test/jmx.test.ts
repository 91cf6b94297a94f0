import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { renderJmx } from '../src/jmeter/rendering/render.ts';
import { NO_IDENTITY } from '../src/message/placement.ts';
import { headerManager, jmx, jmxElement, props, sampler, threadGroup } from '../src/plan/jmx/testing/jmx.ts';
import { loadPlan } from '../src/plan/load.ts';
import { PACKAGED_PLANS } from '../src/plan/packaged.ts';
import type { Plan } from '../src/plan/plan.ts';
import { jsonTemplate } from '../src/plan/template/body-template.ts';
import { headersOf } from '../src/plan/template/headers.ts';
import { readRun } from '../src/runs/documents/run-json.ts';
import { qbl } from './support/qbl.ts';
import { tempFolder } from './support/temp-folder.ts';
import { recordOf } from './support/verification.ts';

const ORDERS = fileURLToPath(new URL('fixtures/orders.jmx', import.meta.url));

test('qbl run --with jmeter says when JMeter runs a .jmx file unchanged, whatever the name of the file is', async () => {
  const folder = await tempFolder();
  const script = jmxElement('JSR223Sampler', 'Script', '');
  await writeFile(join(folder, 'plan.xml'), jmx(threadGroup({ under: [sampler(), script] })));
  const ended = await qbl(['run', '--with', 'jmeter', '--plan', 'plan.xml'], { folder });
  expect(ended).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('JMeter runs a .jmx file unchanged if --queue names the queue'),
  });
});

test('qbl run sends a .jmx with the properties of -J, and every message arrives unchanged', async () => {
  const folder = await tempFolder();
  const args = ['run', '--run', 'mine', '--plan', ORDERS, '-J', 'threads=5', '-Jshop=7', '--json'];
  const ended = await qbl(args, { folder });
  expect(ended.code, ended.stderr).toBe(0);
  const all = { sent: 15, acked: 15, received: 15, lost: 0, corrupt: 0, unexpected: 0 };
  expect(recordOf(ended)).toMatchObject({ verdict: 'pass', ...all });
  const plan = readRun({ id: 'mine', path: join(folder, 'runs', 'mine') })?.plan;
  expect(plan).toMatchObject({
    name: 'Orders',
    variables: [{ kind: 'counter', name: 'order', perThread: false }, { kind: 'uuid' }],
    threadGroups: [
      {
        threads: 5,
        loops: 3,
        newConnectionEachLoop: true,
        requests: [{ connectTimeoutMs: 2000, timeoutMs: 5000, headers: { 'X-Shop': 'shop-ES-7' } }],
      },
    ],
  });
});

test('each request of a .jmx has an identity that fits it, also if several requests have the same name', async () => {
  const folder = await tempFolder();
  const bodies = ['{"a": 1}', '{"b": "${__threadNum}"}', '["${__threadNum}"]'];
  const ask = jmxElement(
    'HTTPSamplerProxy',
    'Send',
    props({ 'HTTPSampler.domain': 'localhost', 'HTTPSampler.use_keepalive': true }),
  );
  const type = headerManager({ 'Content-Type': 'application/json' });
  const under = [type, ...bodies.map((body) => sampler({ body })), ask];
  await writeFile(join(folder, 'mixed.jmx'), jmx(threadGroup({ loops: 5, under })));
  const args = ['run', '--run', 'mixed', '--plan', 'mixed.jmx', '--allow-errors', '--json'];
  const ended = await qbl(args, { folder });
  expect(ended.code, ended.stderr).toBe(0);
  const all = { sent: 15, acked: 15, received: 15, lost: 0, corrupt: 0, unexpected: 0, foreign: 0 };
  expect(recordOf(ended)).toMatchObject({ verdict: 'pass', ...all });
  const notes = ended.stderr.split('\n').filter((line) => line.startsWith('note: '));
  expect(notes).toEqual([
    expect.stringContaining('the header qbl-id carries the identity of 1 of 4 requests'),
    expect.stringContaining('1 of 4 requests carries no identity'),
  ]);
  const samples = await readFile(join(folder, 'runs', 'mixed', 'samples.jtl'), 'utf8');
  expect(samples.split('\n', 6).map((line) => line.split(',').at(-1))).toEqual([
    ...['"request"', '1', '2', '3', '4', '1'],
  ]);
});

test('the rate of a .jmx counts from the first request, after the start delay', async () => {
  const folder = await tempFolder();
  const text = (await readFile(ORDERS, 'utf8'))
    .replace('<boolProp name="ThreadGroup.scheduler">false', '<boolProp name="ThreadGroup.scheduler">true')
    .replace('ThreadGroup.duration">', 'ThreadGroup.duration">3')
    .replace('ThreadGroup.delay">', 'ThreadGroup.delay">4')
    .replace('${__P(loops,3)}', '-1');
  await writeFile(join(folder, 'late.jmx'), text);
  // On a busy machine, most requests can be late.
  const load = ['--rate', '100', '--rate-tolerance', '99%', '--url', 'http://127.0.0.1:1/'];
  const ended = await qbl(['blast', '--run', 'late', '--plan', 'late.jmx', ...load], { folder });
  const summary = await readFile(join(folder, 'runs', 'late', 'summary.json'), 'utf8');
  expect(JSON.parse(summary).rate, ended.stderr).toMatchObject({ due: 300, kept: true });
});

describe('a wrong .jmx', () => {
  test('is refused with all its mistakes at once, before anything starts', async () => {
    const folder = await tempFolder();
    const text = (await readFile(ORDERS, 'utf8')).replaceAll('enabled="false"', 'enabled="true"');
    await writeFile(join(folder, 'orders.jmx'), text);
    const ended = await qbl(['run', '--plan', 'orders.jmx'], { folder });
    expect(ended.code).toBe(2);
    expect(
      ended.stderr
        .replaceAll(/orders\.jmx:\d+/g, 'orders.jmx:n')
        .trim()
        .split('\n'),
    ).toEqual([
      'error: orders.jmx has 3 parts that qbl cannot send:',
      '  orders.jmx:n Orders › Users › Order numbers: a counter is not supported in a thread group with controllers that have loops',
      '  orders.jmx:n Orders › Users › Place an order › Not any more: XPathAssertion is not supported here',
      '  orders.jmx:n Orders › Users › Not any more › Script: JSR223Sampler is not supported here',
      'hint: To let JMeter send the plan, use: qbl jmeter --plan orders.jmx',
    ]);
  });

  test('is refused with its line if it is not XML; -J is refused with a YAML plan', async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, 'a.jmx'), '<a>\n<b></a>');
    const broken = await qbl(['blast', '--plan', 'a.jmx'], { folder });
    expect([broken.code, broken.stderr.trim().split('\n').length]).toEqual([2, 1]);
    expect(broken.stderr).toMatch(/^error: a\.jmx:2 /);
    const yaml = await qbl(['blast', '-Jthreads=1'], { folder });
    expect([yaml.code, yaml.stderr]).toEqual([2, expect.stringContaining('-J sets JMeter properties, but')]);
  });
});

describe('a plan rendered for JMeter can be read back:', () => {
  /**
   * Returns bodies in canonical form, and the headers of each request, as they are sent. Leaves out how JMeter sends a
   * URL, because only a .jmx file sets this field.
   */
  const sent = ({ javaUrls: _, ...plan }: Plan) => ({
    ...plan,
    threadGroups: plan.threadGroups.map((group) => ({
      ...group,
      requests: group.requests.map(({ body, bodyType, headers, ...request }) => ({
        ...request,
        headers: headersOf({ headers, ...(bodyType === undefined ? {} : { bodyType }) }),
        body:
          plan.identity.kind === 'body' && body !== null ? jsonTemplate(body, plan.variables).segments : body,
      })),
    })),
  });

  /**
   * Timers are rendered as pauses, because JMeter's timers run after it has evaluated a message's values. A plan that
   * follows redirects is not rendered.
   */
  const renderable = (plan: Plan): Plan => ({
    ...plan,
    threadGroups: plan.threadGroups.map((group) => ({
      ...group,
      requests: group.requests.map(({ timers: _, followRedirects: _redirects, ...request }) => request),
    })),
  });

  async function importedAgain(plan: Plan): Promise<Plan> {
    const file = join(await tempFolder(), 'rendered.jmx');
    await writeFile(file, renderJmx(plan, { forUser: true }));
    return loadPlan(file, { identity: plan.identity });
  }

  test('a plan with one request is equal', async () => {
    const stress = await loadPlan(join(PACKAGED_PLANS, 'stress.yaml'));
    expect(sent(await importedAgain(stress))).toEqual(sent(stress));
  });

  test('any plan is equal that has the header Content-Type, which JMeter would add', async () => {
    const file = join(await tempFolder(), 'plan.yaml');
    await writeFile(file, RICH);
    const rich = await loadPlan(file);
    expect(sent(await importedAgain(rich))).toEqual(sent(rich));
    const plain = await loadPlan(file, { identity: NO_IDENTITY });
    expect(sent(await importedAgain(plain))).toEqual(sent(plain));
  });

  test('a plan from a .jmx is equal, except for its think times and redirects', async () => {
    const orders = renderable(await loadPlan(ORDERS));
    expect(sent(await importedAgain(orders))).toEqual(sent(orders));
  });

  test('a form, a multipart body and a request without parameters keep their types', async () => {
    const parameters = [
      { name: 'a', value: '1' },
      { name: 'b', value: 'é' },
    ];
    const under = [
      sampler({ name: 'Form', parameters }),
      sampler({ name: 'Parts', parameters, properties: { 'HTTPSampler.DO_MULTIPART_POST': true } }),
      sampler({ name: 'Remove', parameters: [], properties: { 'HTTPSampler.method': 'DELETE' } }),
    ];
    const file = join(await tempFolder(), 'plan.jmx');
    await writeFile(file, jmx(threadGroup({ under })));
    const plan = await loadPlan(file, { identity: NO_IDENTITY });
    const types = sent(plan).threadGroups.flatMap(({ requests }) => requests.map(({ headers }) => headers));
    const form = ['Content-Type', 'application/x-www-form-urlencoded; charset=UTF-8'];
    const parts = ['Content-Type', expect.stringMatching(/^multipart\/form-data; boundary=/)];
    expect(types).toEqual([[form], [parts], [form]]);
    expect(sent(await importedAgain(plan))).toEqual(sent(plan));
  });

  test('the packaged .jmx is equal to the packaged plan', async () => {
    const [jmx, yaml] = await Promise.all(
      ['stress.jmx', 'stress.yaml'].map((name) => loadPlan(join(PACKAGED_PLANS, name))),
    );
    expect(jmx && sent(jmx)).toEqual(yaml && sent(yaml));
  });
});

const RICH = String.raw`
name: A plan, with $ and \ in its name
threadGroups:
  - name: First
    threads: 3
    loops: 2
    rampUp: 5s
    onSampleError: startnextloop
    requests:
      - name: One
        url: https://example.org/a%20b?c=d,e
        headers: {Content-Type: application/json, X-Path: 'C:\dir'}
        body: '{"z": "\\ \" $ , ( ) {}", "run": "\${run}", "id": ["\${uuid}", "\${uuid}"], "n": \${loop}}'
        timeout: 0s
      - name: Two
        url: http://example.org:8080/
        method: PUT
        headers: {Content-Type: text/plain}
        body: '{}'
  - name: Second
    duration: 10s
    requests:
      - name: One
        url: http://example.org/
        headers: {Content-Type: application/json}
        body: '{"at": \${now}}'
`.replaceAll('\\${', '${');
