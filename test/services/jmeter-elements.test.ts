import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { readJmx } from '../../src/plan/jmx/import.ts';
import {
  counter,
  headerManager,
  jmx,
  jmxElement,
  props,
  sampler,
  threadGroup,
  variables,
} from '../../src/plan/jmx/testing/jmx.ts';
import { execute } from '../long/tools.ts';
import { qbl } from '../support/qbl.ts';
import { runFile } from '../support/run-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { describeWith } from './describe-with.ts';
import { jmeterHome, SHORT_JVM } from './jmeter.ts';

/**
 * Tests that JMeter and blast run the same elements of a test plan. Each thread group has one thread, so the order of its
 * requests is known.
 */

const DEADLINE_MS = 120_000;
const GROUPS = 60;
/** Number of random groups. The test needs GROUPS of them that qbl does not refuse. */
const DRAWN = 150;
const LOOPS = 3;

/** A setting of requests. Several settings of a group can set the same variable. */
type Setting =
  | { readonly kind: 'headers' }
  | { readonly kind: 'parameters'; readonly name: string; readonly counts: boolean }
  | { readonly kind: 'counter'; readonly name: string };

type Part =
  | Setting
  | {
      readonly kind: 'request';
      readonly name: string;
      readonly fails: boolean;
      readonly takesDefaults: boolean;
      readonly under: readonly Setting[];
    }
  | { readonly kind: 'controller'; readonly type: string; readonly under: readonly Part[] }
  | { readonly kind: 'defaults'; readonly method: string }
  | { readonly kind: 'observer'; readonly type: string };

const OBSERVERS = ['DebugSampler', 'DebugPostProcessor', 'ResultCollector', 'Summariser'];
const MODES = ['continue', 'startnextloop', 'stopthread'];

const NAMES = ['a', 'b', 'c', 'v'];
const setting: fc.Arbitrary<Setting> = fc.oneof(
  fc.record({ kind: fc.constant('headers' as const) }),
  fc.record({
    kind: fc.constant('parameters' as const),
    name: fc.constantFrom(...NAMES),
    counts: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('counter' as const), name: fc.constantFrom(...NAMES) }),
);

const { parts } = fc.letrec<{ part: Part; parts: Part[] }>((tie) => ({
  parts: fc.array(tie('part'), { minLength: 1, maxLength: 4, depthIdentifier: 'parts' }),
  part: fc.oneof(
    { maxDepth: 3, depthIdentifier: 'parts' },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('request' as const),
        name: fc.constantFrom('Same', 'Same', 'Other'),
        fails: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
        takesDefaults: fc.boolean(),
        under: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(setting, { maxLength: 2 })),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('controller' as const),
        type: fc.constantFrom('GenericController', 'RecordingController', 'TestFragmentController'),
        under: tie('parts'),
      }),
    },
    { weight: 4, arbitrary: setting },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('defaults' as const),
        method: fc.constantFrom('PUT', 'PATCH'),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('observer' as const), type: fc.constantFrom(...OBSERVERS) }),
    },
  ),
}));

const groups = fc.record({ parts, mode: fc.constantFrom(...MODES) });
type Group = typeof groups extends fc.Arbitrary<infer Value> ? Value : never;

/** What the server saw of a request. */
type Seen = readonly [method: string, url: string, headers: Readonly<Record<string, unknown>>, body: string];

describeWith(['java', 'mvn'], 'elements of a test plan', () => {
  let home: string;
  beforeAll(async () => {
    home = await jmeterHome();
  });

  test('JMeter and blast send the same requests in the same order, with the same samples', {
    timeout: DEADLINE_MS,
  }, async () => {
    const folder = await tempFolder();
    const seed = Date.now();
    const all = fc
      .sample(groups, { numRuns: DRAWN, seed })
      .filter((group) => isAccepted(planOf([group], 1)))
      .slice(0, GROUPS);
    expect(all, `seed ${seed}`).toHaveLength(GROUPS);
    const server = await recordingServer();
    await writeFile(join(folder, 'plan.jmx'), planOf(all, server.port));
    const jar = join(home, 'bin', 'ApacheJMeter.jar');
    const files = ['-t', 'plan.jmx', '-l', 'jmeter.jtl', '-j', 'jmeter.log'];
    await execute('java', [...SHORT_JVM, '-jar', jar, '-n', ...files], folder);
    const byJMeter = server.taken();
    const expected = await rowsByThread(join(folder, 'jmeter.jtl'));
    expect(byJMeter.size).toBe(GROUPS);

    for (const [command, run] of [
      ['blast', 'blast'],
      ['jmeter', 'rendered'],
    ] as const) {
      // With --timeout, qbl jmeter does not send the file as it is, but writes the plan for JMeter.
      const options = ['--plan', 'plan.jmx', '--no-identity', '--allow-errors', '--timeout', '60s'];
      const env = { JMETER_HOME: home, JVM_ARGS: SHORT_JVM.join(' ') };
      const ended = await qbl([command, '--run', run, ...options], { folder, env, deadlineMs: DEADLINE_MS });
      expect(ended.code, ended.stderr).toBe(0);
      const taken = server.taken();
      const found = await rowsByThread(runFile(folder, run, 'samples.jtl'));
      for (const [index, group] of all.entries()) {
        const shown = `${command}, seed ${seed}, group ${index + 1}: ${JSON.stringify(group)}`;
        const requests = taken.get(index + 1) ?? [];
        expect(requests, shown).toEqual(byJMeter.get(index + 1));
        const thread = `G ${index + 1}-1`;
        const rows = found.get(thread) ?? [];
        expect(rows.map(compared), shown).toEqual((expected.get(thread) ?? []).map(compared));
        const paths = requests.map(([, url]) => url.replace('/fail', ''));
        expect(
          rows.map(({ request }) => `/r${request}`),
          shown,
        ).toEqual(paths);
      }
    }
  });
});

function isAccepted(text: string): boolean {
  return readJmx('plan.jmx', text, {}).refusals.length === 0;
}

function planOf(all: readonly Group[], port: number): string {
  const unused = [
    jmxElement('TestFragmentController', 'Part', '', { under: [variables({ v: 'fragment' }), sampler()] }),
    jmxElement('ProxyControl', 'Recorder', '', { under: [headerManager({ 'X-Recorder': '1' })] }),
    jmxElement('HttpMirrorControl', 'Mirror', ''),
    jmxElement('JavaConfig', 'Java', ''),
  ];
  const bench = jmxElement('WorkBench', 'Bench', '', {
    under: [sampler(), headerManager({ 'X-Bench': '1' })],
  });
  const text = jmx(
    variables({ v: 'plan' }),
    ...unused,
    ...all.map((group, index) => groupOf(group, index + 1, port)),
  );
  return withClasses(text.replace('</hashTree></jmeterTestPlan>', `${bench}</hashTree></jmeterTestPlan>`));
}

/**
 * Adds the classes without which JMeter does not load an element. JMeter uses a header manager only if its class is
 * HeaderPanel.
 */
function withClasses(text: string): string {
  return text
    .replaceAll(/<([\w.]+) (testname="[^"]*" >)/g, '<$1 guiclass="Gui" $2')
    .replaceAll('<HeaderManager guiclass="Gui"', '<HeaderManager guiclass="HeaderPanel"')
    .replaceAll(
      '<elementProp name="" elementType="X"><stringProp name="Header.name"',
      '<elementProp name="" elementType="Header"><stringProp name="Header.name"',
    )
    .replaceAll(
      '<elementProp name="" elementType="X"><stringProp name="Argument.value"',
      '<elementProp name="" elementType="HTTPArgument"><stringProp name="Argument.value"',
    )
    .replaceAll('<elementProp name="" elementType="X"', '<elementProp name="" elementType="Argument"');
}

function groupOf({ parts: all, mode }: Group, number: number, port: number): string {
  let requests = 0;
  let settings = 0;
  const request = (
    { name, fails, under }: Omit<Extract<Part, { kind: 'request' }>, 'kind' | 'takesDefaults'>,
    method: string,
    outer: ReadonlySet<string>,
  ) =>
    sampler({
      name,
      body: `{${[...visibleIn(under, outer)].map((each) => `"${each}": "\${${each}}"`).join()}}`,
      properties: {
        'HTTPSampler.port': port,
        'HTTPSampler.path': `/r${++requests}${fails ? '/fail' : ''}`,
        'HTTPSampler.method': method,
      },
      under: under.map(renderedSetting),
    });
  const renderedSetting = (part: Setting): string => {
    settings++;
    if (part.kind === 'headers') return headerManager({ 'X-Level': String(settings) });
    if (part.kind === 'counter')
      return counter({ name: part.name, start: settings, incr: 3, per_user: true });
    return userParameters(part.name, part.counts ? '${__counter(TRUE)}' : `x${settings}`);
  };
  const level = (under: readonly Part[], outer: ReadonlySet<string>): string[] => {
    const visible = visibleIn(under, outer);
    return under.map((part) => {
      switch (part.kind) {
        case 'request':
          return request(part, part.takesDefaults ? '' : 'GET', visible);
        case 'controller':
          return jmxElement(part.type, 'Part', '', { under: level(part.under, visible) });
        case 'defaults':
          return defaults({ 'HTTPSampler.method': part.method });
        case 'observer':
          return jmxElement(part.type, 'Observer', '');
        default:
          return renderedSetting(part);
      }
    });
  };
  const under = [
    headerManager({ 'X-Group': String(number) }),
    counter({ name: 'n', start: 5, incr: 2, per_user: true }),
    ...level(all, new Set(['n', 'v'])),
    defaults({ 'HTTPSampler.method': 'POST' }),
    request({ name: 'Same', fails: false, under: [] }, '', new Set()),
  ];
  const properties = { 'ThreadGroup.on_sample_error': mode };
  return threadGroup({ name: 'G', loops: LOOPS, properties, under });
}

/** Returns the variables that a request below these parts can mention. */
function visibleIn(under: readonly Part[], outer: ReadonlySet<string>): ReadonlySet<string> {
  const names = under.flatMap((part) =>
    part.kind === 'parameters' || part.kind === 'counter' ? [part.name] : [],
  );
  return new Set([...outer, ...names]);
}

function defaults(properties: Readonly<Record<string, string>>): string {
  const attributes = 'guiclass="HttpDefaultsGui"';
  return jmxElement('ConfigTestElement', 'Defaults', props(properties), { attributes });
}

function userParameters(name: string, value: string): string {
  const text = (value: string) => `<stringProp name="">${value}</stringProp>`;
  const values = `<collectionProp name="1">${text(value)}</collectionProp>`;
  return jmxElement(
    'UserParameters',
    'Parameters',
    `<collectionProp name="UserParameters.names">${text(name)}</collectionProp>
    <collectionProp name="UserParameters.thread_values">${values}</collectionProp>${props({ 'UserParameters.per_iteration': false })}`,
  );
}

interface Row {
  readonly label: string;
  readonly threadName: string;
  readonly responseCode: string;
  readonly responseMessage: string;
  readonly success: string;
  readonly URL: string;
  /** Only in the samples of qbl. */
  readonly request?: string;
}

const compared = ({ label, responseCode, responseMessage, success, URL }: Row) => [
  ...[label, responseCode, responseMessage, success, URL],
];

/** Returns the rows of each thread in their order, without the rows that JMeter writes for Debug Samplers. */
async function rowsByThread(file: string): Promise<ReadonlyMap<string, readonly Row[]>> {
  const rows: Row[] = parse(await readFile(file, 'utf8'), { columns: true });
  const byThread = new Map<string, Row[]>();
  for (const row of rows.filter(({ URL }) => URL !== 'null'))
    byThread.set(row.threadName, [...(byThread.get(row.threadName) ?? []), row]);
  return byThread;
}

async function recordingServer() {
  let seen = new Map<number, Seen[]>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const group = Number(headers['x-group']);
    const own = Object.entries(headers).filter(([name]) => name.startsWith('x-'));
    const before = seen.get(group) ?? [];
    seen.set(group, [...before, [method, url, Object.fromEntries(own), Buffer.concat(chunks).toString()]]);
    response.writeHead(url.includes('fail') ? 500 : 200).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return {
    port: (server.address() as AddressInfo).port,
    taken: () => {
      const before = seen;
      seen = new Map();
      return before;
    },
  };
}
