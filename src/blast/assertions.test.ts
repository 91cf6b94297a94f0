import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { ThreadGroup } from '../plan/plan.ts';
import type { TracedSample } from '../runs/rows/trace.ts';
import { type Assertion, TEST_TYPE } from '../samples/assertions/assertion.ts';
import type { SampleRow } from '../samples/jtl/jtl-reader.ts';
import { groupTo, planOf, requestTo, TestBed } from './testing/test-bed.ts';

const bed = new TestBed();
afterEach(() => bed.cleanUp());

function contains(
  pattern: string,
  changes: Partial<Extract<Assertion, { kind: 'response' }>> = {},
): Assertion {
  const { substring } = TEST_TYPE;
  const standard = { field: 'body', testType: substring, assumesSuccess: false, message: '' } as const;
  return { kind: 'response', patterns: [pattern], ...standard, ...changes };
}

async function rowsOf(
  answer: (response: ServerResponse) => unknown,
  assertions: readonly Assertion[],
  changes: Partial<ThreadGroup> = {},
): Promise<SampleRow[]> {
  const { url } = await bed.endpoint(answer);
  const group = groupTo(url, { ...changes, requests: [requestTo(url, { assertions })] });
  return (await bed.run(planOf([group]))).rows;
}

describe('a failed assertion', () => {
  it('makes the sample fail, and keeps the outcome', async () => {
    const { url } = await bed.endpoint((response) => response.end('{"status":"bad"}'));
    const requests = [requestTo(url, { assertions: [contains('ok')] })];
    const { rows, result } = await bed.run(planOf([groupTo(url, { loops: 3, requests })]));
    const failureMessage = 'Test failed: text expected to contain /ok/';
    expect(rows).toHaveLength(3);
    for (const row of rows)
      expect(row).toMatchObject({ success: false, outcome: 'acked', responseCode: '200', failureMessage });
    expect(result.statistics.summary()).toMatchObject({ acked: 3, failed: 3, succeeded: 0 });
  });

  it('does what the thread group says about errors', async () => {
    const rows = await rowsOf((response) => response.end('bad'), [contains('ok')], {
      loops: 3,
      onSampleError: 'stopthread',
    });
    expect(rows).toHaveLength(1);
  });

  it('keeps a rejection', async () => {
    const answer = (response: ServerResponse) => response.writeHead(404).end('ok');
    expect(await rowsOf(answer, [contains('no')])).toMatchObject([{ success: false, outcome: 'rejected' }]);
  });
});

it('a sample that an assertion assumes to be a success is one, and keeps its outcome', async () => {
  const answer = (response: ServerResponse) => response.writeHead(404).end('ok');
  const [row] = await rowsOf(answer, [contains('ok', { assumesSuccess: true })]);
  expect(row).toMatchObject({ success: true, outcome: 'rejected', failureMessage: '' });
});

it('a trace has no text of an assertion for a sample that a later assertion makes a success', async () => {
  const answer = (response: ServerResponse) => response.writeHead(200).end('ok');
  const { url } = await bed.endpoint(answer);
  const traced: TracedSample[] = [];
  const trace = { wants: () => true, write: (sample: TracedSample) => traced.push(sample) };
  const assertions = [contains('no'), contains('ok', { assumesSuccess: true })];
  await bed.run(planOf([groupTo(url, { requests: [requestTo(url, { assertions })] })]), { trace });
  expect(traced).toMatchObject([{ success: true }]);
  expect(traced[0]).not.toHaveProperty('assertion');
});

it.each(['gzip', 'deflate', 'br', 'unknown'])(
  'assertions see a body with the encoding %s',
  async (encoding) => {
    const { brotliCompressSync, deflateSync } = await import('node:zlib');
    const encoders = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, unknown: Buffer.from };
    const bytes = encoders[encoding as keyof typeof encoders]('the whole text');
    const answer = (response: ServerResponse) =>
      response.writeHead(200, { 'Content-Encoding': encoding }).end(bytes);
    expect(await rowsOf(answer, [contains('whole')])).toMatchObject([{ success: true }]);
  },
);

describe('an assertion that cannot be checked fails, also with "not":', () => {
  const not = contains('x', { testType: TEST_TYPE.substring | TEST_TYPE.not });

  it.each([
    ['a body that is too long', (response: ServerResponse) => response.end('a'.repeat(1024 * 1024 + 1))],
    [
      'a body that decompresses to too many bytes',
      (response: ServerResponse) =>
        response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('a'.repeat(1024 * 1024 + 1))),
    ],
    [
      'a body that is not gzip',
      (response: ServerResponse) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('a'),
    ],
  ])('%s', async (_, answer) => {
    const [row] = await rowsOf(answer, [not]);
    expect(row).toMatchObject({ success: false, outcome: 'acked' });
    expect(row?.failureMessage).toMatch(/^qbl cannot check the response: its body is /);
  });
});

it('a duration assertion compares the time of the sample', async () => {
  const late = (response: ServerResponse) => setTimeout(() => response.end('ok'), 50);
  const [row] = await rowsOf(late, [{ kind: 'duration', mostMs: 20 }]);
  expect(row).toMatchObject({ success: false, outcome: 'acked' });
  expect(row?.failureMessage).toBe(
    `The operation lasted too long: It took ${row?.elapsedMs.toLocaleString('en-US')} milliseconds, but should not have lasted longer than 20 milliseconds.`,
  );
});

it('a body that fills the text of a failure is cut', async () => {
  const answer = (response: ServerResponse) => response.end(`"${'a'.repeat(100_000)}"`);
  const json = { kind: 'json', path: '$', expected: { acceptsNull: false, isRegex: false } } as const;
  const [row] = await rowsOf(answer, [{ ...json, isInverted: false, text: 'b' }]);
  expect(row?.failureMessage).toHaveLength(10_000);
});

it('assertions on a request without a response see the exception', async () => {
  const reset = (response: ServerResponse) => response.destroy();
  const [row] = await rowsOf(reset, [contains('Exception'), contains('200', { field: 'code' })]);
  expect(row).toMatchObject({
    success: false,
    outcome: 'indeterminate',
    failureMessage: 'Test failed: code expected to contain /200/',
  });
});

it('the trace keeps a sample whose assertion failed as a failure, with the whole response', async () => {
  const { url } = await bed.endpoint((response) => response.end('bad'));
  const traced: TracedSample[] = [];
  const requests = [requestTo(url, { assertions: [contains('OK', { field: 'message' }), contains('ok')] })];
  const trace = {
    wants: (failure: boolean) => failure,
    write: (sample: TracedSample) => void traced.push(sample),
  };
  await bed.run(planOf([groupTo(url, { requests })]), { trace });
  expect(traced).toMatchObject([
    {
      outcome: 'acked',
      success: false,
      failure: null,
      assertion: 'Test failed: text expected to contain /ok/',
      received: { status: 200, body: { text: 'bad' } },
    },
  ]);
});

describe('the text of a failed assertion hides secrets', () => {
  const token = Array.from({ length: 60 }, (_, at) => (at * 7919).toString(36)).join('');
  const { equals } = TEST_TYPE;

  async function textOf(assertion: Assertion, answer: (response: ServerResponse) => unknown) {
    const { url } = await bed.endpoint(answer);
    const secret = { url: `${url}?token=${token}`, headers: { Authorization: `Bearer ${token}` } };
    const requests = [requestTo(url, { ...secret, assertions: [assertion] })];
    const { rows } = await bed.run(planOf([groupTo(url, { requests })]));
    return rows[0]?.failureMessage ?? '';
  }

  it.each([
    ['request headers', 'x'],
    ['URL', `x?token=${token.slice(0, 6)}`],
    ['body', token.slice(0, 6)],
  ] as const)('of %s', async (field, pattern) => {
    const assertion = contains(pattern, { field, testType: equals });
    const text = await textOf(assertion, (response) => response.end(`${token} and more`));
    expect(text).toContain('received');
    expect(text).toContain('***');
    expect(text).not.toContain(token.slice(6, 20));
  });

  it('at the place where the text is cut', async () => {
    const json = { kind: 'json', path: '$', expected: { acceptsNull: false, isRegex: false } } as const;
    const body = `"${'a'.repeat(9_900)}${token}${'a'.repeat(1_000)}"`;
    const text = await textOf({ ...json, isInverted: false, text: 'b' }, (response) => response.end(body));
    expect(text.length).toBeGreaterThan(9_900);
    expect(text).not.toContain(token.slice(0, 20));
  });
});
