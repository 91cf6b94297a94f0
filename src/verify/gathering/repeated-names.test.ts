import { expect, test } from 'vitest';
import { IN_BODY, NO_IDENTITY } from '../../message/placement.ts';
import { type Plan, type Request, sampleColumns } from '../../plan/plan.ts';
import { RowOutcomes } from '../../runs/rows/row-outcomes.ts';
import { openJtl } from '../../samples/jtl/jtl-writer.ts';
import { jtlFile, sample } from '../../samples/jtl/testing/jtl-file.ts';
import { readSamples } from './samples.ts';

const file = jtlFile();

const request = (name: string, some: Partial<Request> = {}): Request => ({
  ...{ name, url: 'http://h/', method: 'POST', headers: {}, body: '{}', timeoutMs: 0 },
  ...some,
});

const planOf = (...requests: Request[]): Plan => ({
  ...{ name: 'p', rate: null, identity: IN_BODY },
  threadGroups: [
    {
      ...{ name: 'g', threads: 1, loops: 9, durationMs: null, rampUpMs: 0, onSampleError: 'continue' },
      requests,
    },
  ],
});

/** Two requests and a request without a message have the same name. */
const plan = planOf(
  request('Send'),
  request('Send', { identity: NO_IDENTITY }),
  request('Other'),
  request('Send'),
);

const sent = (label: string, number: number) =>
  sample({ label, request: number, threadName: 'g 1-1', loop: 2 });

/** Returns the request numbers of the messages that the rows of the file belong to. */
async function read(labels: readonly string[] = [], of: Plan | null = plan) {
  const source = { file: file.path, run: 'r', plan: of, labels, sender: 'blast' };
  const found: number[] = [];
  const { unplaced, withoutMessage } = await readSamples(
    { ...source, rejectedStatuses: new Set(), isForeign: of === null },
    (identity) => found.push(identity.request),
  );
  return { found, unplaced, withoutMessage };
}

async function write(columns: ReturnType<typeof sampleColumns>): Promise<void> {
  const writer = await openJtl(file.path, columns);
  for (const [label, number] of [
    ['Send', 1],
    ['Send', 2],
    ['Other', 3],
    ['Send', 4],
  ] as const)
    writer.write(sent(label, number));
  await writer.close();
}

test('a plan with several requests of one name has the column request, and other plans do not', () => {
  expect(sampleColumns(plan)).toEqual(['request']);
  expect(sampleColumns(planOf(request('Send'), request('Other')))).toEqual([]);
});

test('each row belongs to the request that the column request names', async () => {
  await write(sampleColumns(plan));
  expect(await read()).toEqual({ found: [1, 3, 4], unplaced: 0, withoutMessage: 1 });
  expect(await read(['Send'], null)).toEqual({ found: [1, 2, 4], unplaced: 0, withoutMessage: 1 });
});

test('without the column, only rows with a name of their own belong to a request', async () => {
  await write([]);
  expect(await read()).toEqual({ found: [3], unplaced: 3, withoutMessage: 0 });
});

test.each([
  ['of a request with another name', 3],
  ['that the group does not have', 5],
  ['0', 0],
])('a row with the number %s belongs to no message', async (_, number) => {
  const writer = await openJtl(file.path, ['request']);
  writer.write(sent('Send', number));
  await writer.close();
  expect(await read()).toEqual({ found: [], unplaced: 1, withoutMessage: 0 });
});

test('the outcome of a row follows the rules of its own request', async () => {
  const acked = { acked: [{ status: [{ from: 202, to: 202 }] }] };
  const outcomes = new RowOutcomes(planOf(request('Send', { outcome: acked }), request('Send')));
  const row = {
    label: 'Send',
    threadName: 'g 1-1',
    responseCode: '200',
    responseMessage: 'OK',
    success: true,
  };
  expect([1, 2].map((number) => outcomes.of({ ...row, request: number }))).toEqual([
    'indeterminate',
    'acked',
  ]);
  expect(outcomes.sendsMessage({ ...row, request: 2 })).toBe(true);
});
