import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, test } from 'vitest';
import {
  headerManager,
  jmx,
  jmxElement,
  props,
  sampler,
  threadGroup,
  variables,
} from '../src/plan/jmx/testing/jmx.ts';
import { qbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { tempFolder } from './support/temp-folder.ts';
import { expectUsageError } from './support/usage-error.ts';
import { recordOf } from './support/verification.ts';

const json = headerManager({ 'Content-Type': 'application/json' });
const csv = jmxElement(
  'CSVDataSet',
  'Users',
  props({
    filename: 'users.csv',
    variableNames: 'user',
    delimiter: ',',
    shareMode: 'shareMode.thread',
    recycle: true,
    stopThread: false,
  }),
);
const loopOf = (count: number, under: readonly string[]) =>
  jmxElement(
    'LoopController',
    'Again',
    props({ 'LoopController.continue_forever': true, 'LoopController.loops': count }),
    { under },
  );
const transaction = (name: string, isParent: boolean, under: readonly string[]) =>
  jmxElement('TransactionController', name, props({ 'TransactionController.parent': isParent }), { under });
const extractor = jmxElement(
  'RegexExtractor',
  'Answer',
  props({
    'RegexExtractor.refname': 'answer',
    'RegexExtractor.regex': '(\\w+) enviado',
    'RegexExtractor.template': '$1$',
    'RegexExtractor.match_number': 1,
    'RegexExtractor.default': 'none',
  }),
);
const first = sampler({ name: 'Order', body: '{"a": "x-${__threadNum}"}', under: [extractor] });
const second = sampler({ name: 'Order', body: '{"user": "${user}", "answer": "${answer}"}' });
const group = (loops: number) =>
  threadGroup({
    name: 'Shop',
    loops,
    properties: { 'ThreadGroup.num_threads': 3 },
    under: [
      csv,
      transaction('Order', false, [first, loopOf(2, [second])]),
      transaction('Whole', true, [second]),
    ],
  });

async function written(loops = 2): Promise<string> {
  const folder = await tempFolder();
  await writeFile(join(folder, 'plan.jmx'), jmx(json, group(loops)));
  await writeFile(join(folder, 'users.csv'), 'ana\nluis\n');
  return folder;
}

test('every message of loops and transactions arrives, and rows of transactions are no messages', async () => {
  const folder = await written();
  const ended = await qbl(['run', '--plan', 'plan.jmx', '--run', 'mine', '--json'], { folder });
  expect(ended.code, ended.stderr).toBe(0);
  // 3 threads × 2 loops × (1 request, 2 in the inner loop, 1 in the second transaction)
  expect(recordOf(ended)).toMatchObject({
    verdict: 'pass',
    sent: 24,
    acked: 24,
    received: 24,
    lost: 0,
    duplicated: 0,
    corrupt: 0,
    unexpected: 0,
  });
  const rows = (await readFile(runFile(folder, 'mine', 'samples.jtl'), 'utf8')).trim().split('\n');
  expect(rows).toHaveLength(1 + 24 + 12);
  const again = await qbl(['report', 'mine'], { folder });
  expect(again.code, again.stderr).toBe(0);
});

test('the stored plan has no values of variables, and verify judges the run from it', async () => {
  const folder = await written();
  await qbl(['run', '--plan', 'plan.jmx', '--run', 'mine'], { folder });
  const record = await readFile(runFile(folder, 'mine', 'run.json'), 'utf8');
  expect(JSON.parse(record).plan.threadGroups[0]).toHaveProperty('flow');
  expect(record).not.toContain('luis');
});

test('verify judges requests whose names change from message to message', async () => {
  const folder = await written();
  const named = sampler({ name: 'Order ${user} of ${__threadNum}', body: '{"a": 1}' });
  const same = sampler({ name: 'Order ana of 1', body: '{"a": 2}' });
  await writeFile(join(folder, 'plan.jmx'), jmx(json, threadGroup({ loops: 3, under: [csv, named, same] })));
  const ended = await qbl(['run', '--plan', 'plan.jmx', '--run', 'mine', '--json'], { folder });
  expect(ended.code, ended.stderr).toBe(0);
  const counts = { sent: 6, acked: 6, received: 6, lost: 0, unexpected: 0 };
  expect(recordOf(ended)).toMatchObject({ verdict: 'pass', ...counts });
});

test('requests that are never sent are rejected for sure', async () => {
  const folder = await written();
  const never = sampler({ name: 'Never', properties: { 'HTTPSampler.path': '/${nothing}' }, body: '{}' });
  const nowhere = sampler({ name: 'Nowhere', properties: { 'HTTPSampler.domain': '${user}/x' } });
  await writeFile(join(folder, 'plan.jmx'), jmx(threadGroup({ loops: 2, under: [csv, never, nowhere] })));
  const ended = await qbl(['blast', '--plan', 'plan.jmx', '--run', 'mine'], { folder });
  expect(ended.code, ended.stderr).toBe(1);
  const rows = parse<Readonly<Record<string, string>>>(
    await readFile(runFile(folder, 'mine', 'samples.jtl'), 'utf8'),
    { columns: true },
  );
  expect(rows.map(({ label, outcome, request }) => [label, outcome, request])).toEqual([
    ['Never', 'rejected', '1'],
    ['', 'rejected', '2'],
    ['Never', 'rejected', '1'],
    ['', 'rejected', '2'],
  ]);
});

test('a condition sees the User Defined Variables, although no request does', async () => {
  const folder = await tempFolder();
  const condition = jmxElement(
    'IfController',
    'Open',
    props({ 'IfController.condition': '"${answer}" == "open"', 'IfController.useExpression': false }),
    { under: [sampler({ name: 'Second' })] },
  );
  const under = [variables({ answer: 'open' }), condition, sampler({ name: 'First', under: [extractor] })];
  await writeFile(join(folder, 'plan.jmx'), jmx(json, threadGroup({ loops: 1, under })));
  const ended = await qbl(['run', '--plan', 'plan.jmx', '--run', 'mine', '--json'], { folder });
  expect(ended.code, ended.stderr).toBe(0);
  expect(recordOf(ended)).toMatchObject({ verdict: 'pass', sent: 2, received: 2 });
});

test('size refuses controllers, and jmeter refuses to write them', async () => {
  const folder = await written();
  const size = await qbl(['size', '--plan', 'plan.jmx', '--service-rate', '9'], { folder });
  expect(expectUsageError(size)).toContain('controllers');
  const args = ['jmeter', '--plan', 'plan.jmx', '--no-identity', '--render', 'out.jmx'];
  const render = await qbl(args, { folder });
  expect(expectUsageError(render)).toContain('controllers');
});

test('the transaction of a failed assertion changes neither the outcome nor the exit code', async () => {
  const folder = await tempFolder();
  const slow = jmxElement(
    'SizeAssertion',
    'Small',
    props({ 'SizeAssertion.size': 1, 'SizeAssertion.operator': 1 }),
  );
  const request = sampler({ name: 'Order', body: '{"a": 1}', under: [slow] });
  await writeFile(
    join(folder, 'plan.jmx'),
    jmx(json, threadGroup({ under: [transaction('All', true, [request])] })),
  );
  const ended = await qbl(['run', '--plan', 'plan.jmx', '--run', 'mine', '--json'], { folder });
  expect(ended.code, ended.stderr).toBe(0);
  expect(recordOf(ended)).toMatchObject({ verdict: 'pass', sent: 1, acked: 1, indeterminate: 0 });
  const summary = JSON.parse(await readFile(runFile(folder, 'mine', 'summary.json'), 'utf8'));
  expect(JSON.stringify(summary)).toContain('"indeterminate":0');
});
