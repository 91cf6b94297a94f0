import { expect, test } from 'vitest';
import { IN_BODY } from '../../../message/placement.ts';
import type { Plan } from '../../../plan/plan.ts';
import { byName, OFFENCES } from '../../../runs/documents/counts.ts';
import type { VerifyRecord } from '../../../runs/documents/verify-json.ts';
import type { TracedSample } from '../../../runs/rows/trace.ts';
import type { SampleRow } from '../../../samples/jtl/jtl-reader.ts';
import { OffenderSamples, offendingRequests } from './offender-samples.ts';
import { resultOfSample } from './result-of-sample.ts';

const request = {
  url: 'http://h/${thread}',
  method: 'POST',
  headers: { Authorization: '***' },
  body: '{"n": 1.0, "l": ${loop}, "id": "${uuid}"}',
  timeoutMs: 0,
} as const;
const plan: Plan = {
  name: 'p',
  threadGroups: [
    {
      name: 'g',
      threads: 9,
      loops: 9,
      durationMs: null,
      rampUpMs: 0,
      onSampleError: 'continue',
      requests: [
        { ...request, name: 'first' },
        { ...request, name: 'second' },
      ],
    },
  ],
  rate: null,
  identity: IN_BODY,
};
const identity = { run: 'mine', group: 1, thread: 7, loop: 3, request: 2 };

function verified(offenders: Partial<VerifyRecord['offenders']>, drained = true): VerifyRecord {
  const all = { ...byName(OFFENCES, () => []), ...offenders };
  return { offenders: all, drained, reasons: [] } as Partial<VerifyRecord> as VerifyRecord;
}

const row = (thread: string, loop: number | null, label: string): SampleRow => ({
  timeStampMs: 1_795_000_000_000,
  elapsedMs: 12,
  label,
  responseCode: '200',
  responseMessage: 'OK',
  threadName: thread,
  success: true,
  failureMessage: '',
  bytes: 0,
  sentBytes: 0,
  latencyMs: 0,
  connectMs: 0,
  loop,
});

const lost = verified({ lost: [{ identity, place: null }], duplicated: [{ identity, place: null }] });

test('finds the row of a message with a problem by thread, loop and label', () => {
  const offending = offendingRequests(lost, 'mine');
  expect([...offending].map(([key, { kinds }]) => [key, kinds])).toEqual([
    ['1-7-3-2', ['lost', 'duplicated']],
  ]);
  const samples = new OffenderSamples(plan, offending, null);
  for (const [thread, loop, label] of [
    ['g 1-7', 3, 'first'],
    ['g 1-7', 2, 'second'],
    ['g 1-6', 3, 'second'],
    ['host-g 1-7', 3, 'second'],
    ['g 1-7', 3, 'second'],
  ] as const)
    samples.take(row(thread, loop, label), 'acked');
  expect(samples.found.map(({ key, row: { threadName } }) => [key, threadName])).toEqual([
    ['1-7-3-2', 'host-g 1-7'],
  ]);
});

test('numbers the rows of a thread if they have no loop', () => {
  const samples = new OffenderSamples(plan, offendingRequests(lost, 'mine'), null);
  for (let loop = 1; loop <= 4; loop++)
    for (const label of ['first', 'second'])
      samples.take({ ...row('g 1-7', null, label), elapsedMs: loop }, 'acked');
  expect(samples.found.map(({ row: { elapsedMs, label } }) => [elapsedMs, label])).toEqual([[3, 'second']]);
});

test('leaves out messages of other runs, and lost messages if the queue was not read to its end', () => {
  expect(offendingRequests(lost, 'other').size).toBe(0);
  expect(offendingRequests(verified({ lost: [{ identity, place: null }] }, false), 'mine').size).toBe(0);
  expect(offendingRequests(null, 'mine').size).toBe(0);
});

test('shows the text of an assertion only for a sample that failed', () => {
  const failureOf = (success: boolean) => {
    const checked = { ...row('g 1-7', 3, 'second'), success, failureMessage: 'Test failed' };
    return resultOfSample({ key: '1-7-3-2', identity, row: checked, outcome: 'acked' }, plan, 100).failure;
  };
  expect([failureOf(false), failureOf(true)]).toEqual(['Test failed', null]);
});

test('rebuilds the request from the plan, and names the parts that were not kept', () => {
  const sample = { key: '1-7-3-2', identity, row: row('g 1-7', 3, 'second'), outcome: 'rejected' as const };
  const result = resultOfSample(sample, plan, 100);
  expect(result).toMatchObject({
    outcome: 'rejected',
    isTraced: false,
    request: {
      line: 'POST http://h/7',
      headers: [['Authorization', '***']],
      body: '{"n": 1.0, "l": 3, "id": "${uuid}"}',
    },
    response: { line: '200 OK', body: null },
  });
  expect(result.request.missing).toContain('${uuid}, the key "qbl"');
  expect(result.response?.missing).toContain('not kept');
});

test('finds the row by its place if JMeter ran the test plan unchanged, and rebuilds no request', () => {
  const foreign = { ...plan, foreign: { name: 'shop.jmx', sha256: '' } };
  const of = { run: 'mine', group: 4, thread: 1, loop: 3, request: 1 };
  const offending = offendingRequests(verified({ lost: [{ identity: of, place: null }] }), 'mine');
  const samples = new OffenderSamples(foreign, offending, null);
  const { run: _, ...place } = of;
  samples.take({ ...row('Clean up 1-1', 0, 'first'), place: null }, 'acked');
  samples.take({ ...row('Clean up 1-1', 3, 'first'), place }, 'acked');
  expect(samples.found.map(({ key }) => key)).toEqual(['4-1-3-1']);
  const [found] = samples.found;
  if (found === undefined) throw new Error('no row');
  expect(resultOfSample(found, foreign, 100)).toMatchObject({
    label: 'first',
    request: { line: 'a request of shop.jmx', body: null },
  });
});

test('finds the row by the column threadGroup if the names of threads do not show the group', () => {
  const twoGroups = { ...plan, threadGroups: plan.threadGroups.flatMap((group) => [group, group]) };
  const offending = offendingRequests(
    verified({ lost: [{ identity: { ...identity, group: 2 }, place: null }] }),
    'mine',
  );
  const samples = new OffenderSamples(twoGroups, offending, null);
  for (const threadGroup of [1, 2]) samples.take({ ...row('g 1-7', 3, 'second'), threadGroup }, 'acked');
  expect(samples.found.map(({ key, row: { threadGroup } }) => [key, threadGroup])).toEqual([['2-7-3-2', 2]]);
  const traced = { thread: 'g 1-7', threadGroup: 2, loop: 3, request: 2 } as TracedSample;
  const known = new OffenderSamples(twoGroups, offending, [traced]);
  known.take({ ...row('g 1-7', 3, 'second'), threadGroup: 2 }, 'acked');
  expect(known.found).toEqual([]);
});
