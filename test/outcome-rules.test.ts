import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isEvery50th, judged, kinds, laboratory, RUN, SENT, SETTLE_SOON } from './support/experiment.ts';
import type { Behaviour } from './support/lying-proxy.ts';
import { qbl } from './support/qbl.ts';
import { runFile } from './support/run-files.ts';
import { tempFolder } from './support/temp-folder.ts';
import { recordOf } from './support/verification.ts';

/** A plan for an endpoint that always answers 200. The body of the answer says what happened to the message. */
const plan = (outcome: string) => `
${outcome}
threadGroups:
  - name: Users
    loops: 1
    requests:
      - {name: Send, url: http://localhost/send, headers: {Content-Type: application/json}, body: '{"a": 1}'}
`;
const RULES = `
outcome:
  acked:
    - status: 2xx
      json: {/offset: {present: true}}
  rejected:
    - json: {/error: {present: true}}
`;

const { prepare } = laboratory();

async function judge(affected: Behaviour, rules = RULES) {
  const honest: Behaviour = async ({ body }, enqueue) => {
    await enqueue(body);
    return { status: 200, body: '{"offset": 7}' };
  };
  const behaviour: Behaviour = (received, enqueue) =>
    isEvery50th(received.identity) ? affected(received, enqueue) : honest(received, enqueue);
  const options = ['--plan', 'plan.yaml', '--allow-errors', ...SETTLE_SOON];
  const experiment = await prepare(behaviour, ...options);
  await writeFile(join(experiment.folder, 'plan.yaml'), plan(rules));
  const { code, record, replay } = await judged(experiment);
  const again = await replay(...SETTLE_SOON);
  expect(again.record, 'verify needs no rules').toMatchObject({
    verdict: record.verdict,
    acked: record.acked,
    rejected: record.rejected,
  });
  return { code, record, kinds: kinds(record), folder: experiment.folder };
}

const says =
  (body: string): Behaviour =>
  () => ({ status: 200, body });
const storesAndSays =
  (reply: string): Behaviour =>
  async ({ body }, enqueue) => {
    await enqueue(body);
    return { status: 200, body: reply };
  };

test.each([
  ['an honest error in a 200', says('{"error": "full"}'), 'pass', { rejected: 4, lost: 0 }],
  [
    'an error for a message that it stored',
    storesAndSays('{"error": "full"}'),
    'fail',
    { rejected: 4, phantom: 4 },
  ],
  ['an offset for a message that it dropped', says('{"offset": 7}'), 'fail', { rejected: 0, lost: 4 }],
  ['neither, for a message that it dropped', says('OK'), 'pass', { indeterminate: 4, unresolved: 4 }],
  ['neither, for a message that it stored', storesAndSays('OK'), 'pass', { indeterminate: 4, recovered: 4 }],
] as const)('a proxy with %s gets the verdict that its rules give', async (_, affected, verdict, counts) => {
  const { record, code } = await judge(affected);
  expect(record).toMatchObject({ verdict, sent: SENT, ...counts });
  expect(code).toBe(verdict === 'pass' ? 0 : 1);
});

test('without rules the same error in a 200 is a loss', async () => {
  const result = await judge(says('{"error": "full"}'), '');
  expect(result).toMatchObject({ kinds: ['lost'], record: { verdict: 'fail', acked: SENT, lost: 4 } });
  expect(await readFile(runFile(result.folder, RUN, 'samples.jtl'), 'utf8')).toMatch(/,"loop"\n/);
});

test('the samples, the summary and the report have the same outcomes', async () => {
  const { folder } = await judge(says('{"error": "full"}'));
  const samples = await readFile(runFile(folder, RUN, 'samples.jtl'), 'utf8');
  expect(samples).toMatch(/,"loop","outcome"\n/);
  expect(samples.match(/,200,.*,rejected\n/g)).toHaveLength(4);
  const summary = JSON.parse(await readFile(runFile(folder, RUN, 'summary.json'), 'utf8'));
  expect(summary.statistics).toMatchObject({ acked: SENT - 4, rejected: 4, succeeded: SENT, failed: 0 });
  const html = await readFile(runFile(folder, RUN, 'report.html'), 'utf8');
  const { outcomes } = JSON.parse(/id="data">([^<]*)</.exec(html)?.[1] ?? '');
  expect(outcomes.responses).toEqual([
    { outcome: 'acked', response: '200 OK', count: SENT - 4 },
    { outcome: 'rejected', response: '200 OK', count: 4 },
  ]);
});

test('--rejected-status is refused for a plan with rules, before anything is sent', async () => {
  const { folder, args } = await prepare(says('{}'), '--plan', 'plan.yaml', '--rejected-status', '202');
  await writeFile(join(folder, 'plan.yaml'), plan(RULES));
  const { code, stderr } = await qbl(args, { folder });
  expect(stderr).toContain('--rejected-status cannot be used with this plan');
  expect(code).toBe(2);
});

test('the comparison without a queue uses the default rule, because the endpoint is another one', async () => {
  const folder = await tempFolder();
  const rules = 'outcome: {acked: [{header: {Qbl-Offset: {present: true}}}]}';
  await writeFile(join(folder, 'plan.yaml'), plan(rules));
  const load = ['--threads', '2', '--loops', '5', '--service-rate', '200', '--compare', 'direct'];
  const ended = await qbl(
    ['run', '--run', RUN, '--plan', 'plan.yaml', '--allow-errors', '--json', ...load, ...SETTLE_SOON],
    {
      folder,
    },
  );
  expect(recordOf(ended)).toMatchObject({ verdict: 'pass', acked: 10, received: 10 });
  const direct = JSON.parse(await readFile(runFile(folder, `${RUN}-direct`, 'summary.json'), 'utf8'));
  expect(direct.statistics).toMatchObject({ acked: 10 });
});
