import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { headerManager, jmxPlan, props, sampler, threadGroup } from '../src/plan/jmx/testing/jmx.ts';
import { readRun } from '../src/runs/documents/run-json.ts';
import { qbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { tempFolder } from './support/temp-folder.ts';
import { recordOf } from './support/verification.ts';

let folder: string;

beforeEach(async () => {
  folder = await tempFolder();
});

const json = headerManager({ 'Content-Type': 'application/json' });
const body = '{"thread": "${__threadNum}"}';
const group = (type: string, threads: number, loops = 2) =>
  threadGroup({
    type,
    name: 'Users',
    loops,
    properties: { 'ThreadGroup.num_threads': threads },
    under: [sampler({ body })],
  });
const inOrder = props({ 'TestPlan.serialize_threadgroups': true });

async function write(text: string): Promise<void> {
  await writeFile(join(folder, 'plan.jmx'), text);
}

const setUpAndOne = jmxPlan('', json, group('SetupThreadGroup', 1), group('ThreadGroup', 3));

test('every message of setUp, plain and tearDown groups with the same names arrives', async () => {
  const groups = ['PostThreadGroup', 'ThreadGroup', 'ThreadGroup', 'SetupThreadGroup'];
  await write(jmxPlan(inOrder, json, ...groups.map((type, index) => group(type, index + 1))));
  const ended = await qbl(['run', '--plan', 'plan.jmx', '--run', 'mine', '--json'], { folder });
  expect(ended.code, ended.stderr).toBe(0);
  expect(recordOf(ended)).toMatchObject({
    verdict: 'pass',
    sent: 20,
    acked: 20,
    received: 20,
    lost: 0,
    unexpected: 0,
  });
  const plan = readRun({ id: 'mine', path: join(folder, 'runs', 'mine') })?.plan;
  expect(plan).toMatchObject({
    oneGroupAtATime: true,
    threadGroups: [
      { kind: 'setUp', threads: 4 },
      { threads: 2 },
      { threads: 3 },
      { kind: 'tearDown', threads: 1 },
    ],
  });
  const [header = '', ...rows] = (await readFile(runFile(folder, 'mine', 'samples.jtl'), 'utf8'))
    .trim()
    .split('\n');
  const threadName = header.split(',').indexOf('threadName');
  const groupsOf = new Map(
    rows.map((row) => row.split(',')).map((fields) => [fields.at(-1), fields[threadName]?.split('-')[0]]),
  );
  expect([...groupsOf]).toEqual([
    ['1', 'Users 1'],
    ['2', 'Users 1'],
    ['3', 'Users 2'],
    ['4', 'Users 1'],
  ]);
});

test('an option changes the plain group, but not the setUp group', async () => {
  await write(setUpAndOne);
  const mine = ['--plan', 'plan.jmx', '--run', 'mine', '--json'];
  const ended = await qbl(['run', ...mine, '--threads', '2'], { folder });
  expect(ended.code, ended.stderr).toBe(0);
  // 2 loops of 1 setUp thread, and of the 2 threads of the option.
  expect(recordOf(ended)).toMatchObject({ sent: 6, received: 6 });
});

test.each([
  [
    ['--rate', '5'],
    'cannot have a rate, because some of its thread groups start after the threads of other groups',
  ],
  [['--until-stopped', '--rate', '5'], 'cannot have a rate'],
])('blast refuses %j for groups that do not start together', async (options, message) => {
  await write(setUpAndOne);
  const ended = await qbl(['blast', '--plan', 'plan.jmx', ...options], { folder });
  expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining(message)]);
});

test('size refuses groups that do not start together', async () => {
  await write(setUpAndOne);
  const ended = await qbl(['size', '--plan', 'plan.jmx', '--service-rate', '9'], { folder });
  expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('cannot compute the arrivals')]);
});

test('jmeter refuses to write setUp groups and the order of groups into a .jmx file', async () => {
  await write(jmxPlan(inOrder, json, group('SetupThreadGroup', 1), group('ThreadGroup', 1)));
  const ended = await qbl(['jmeter', '--plan', 'plan.jmx', '--render', 'out.jmx'], { folder });
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('Users: a setUp group: qbl does not write such groups into a .jmx file');
  expect(ended.stderr).toContain('thread groups that run one after the other');
});

test('import says what a YAML plan does not have', async () => {
  await write(jmxPlan(inOrder, json, group('PostThreadGroup', 1), group('ThreadGroup', 1)));
  const { code, stdout } = await qbl(['import', 'plan.jmx'], { folder });
  expect(code).toBe(0);
  expect(stdout).toContain('# The .jmx runs its thread groups one after the other.');
  expect(stdout).toContain('# The .jmx runs this group after the other thread groups.');
});

test('options that change the times of threads are refused for the groups of plug-ins', async () => {
  const row = [2, 0, 0, 60, 0].map((value) => `<stringProp name="x">${value}</stringProp>`).join('');
  const others = `<collectionProp name="ultimatethreadgroupdata"><collectionProp name="0">${row}</collectionProp></collectionProp>`;
  const ultimate = threadGroup({
    type: 'kg.apc.jmeter.threads.UltimateThreadGroup',
    loops: -1,
    others,
    under: [sampler({ body })],
  });
  await write(jmxPlan('', json, ultimate));
  const refused = await qbl(['blast', '--plan', 'plan.jmx', '--threads', '3'], { folder });
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining('has a start and an end for each thread, which options cannot change'),
  ]);
  const ended = await qbl(['run', '--plan', 'plan.jmx', '--run', 'mine', '--loops', '3', '--json'], {
    folder,
  });
  expect(ended.code, ended.stderr).toBe(0);
  expect(recordOf(ended)).toMatchObject({ verdict: 'pass', sent: 6, received: 6 });
});
