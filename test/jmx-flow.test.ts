import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { headerManager, jmx, jmxElement, props, sampler, threadGroup } from '../src/plan/jmx/testing/jmx.ts';
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

test('size refuses controllers, and jmeter refuses to write them', async () => {
  const folder = await written();
  const size = await qbl(['size', '--plan', 'plan.jmx', '--service-rate', '9'], { folder });
  expect(expectUsageError(size)).toContain('controllers');
  const args = ['jmeter', '--plan', 'plan.jmx', '--no-identity', '--render', 'out.jmx'];
  const render = await qbl(args, { folder });
  expect(expectUsageError(render)).toContain('controllers');
});
