import { afterEach, describe, expect, it } from 'vitest';
import { readTrace } from '../../runs/rows/trace.ts';
import { openTrace } from '../../runs/rows/trace-writer.ts';
import { MAX_RULE_BODY_BYTES } from '../../samples/rules/json-body.ts';
import type { OutcomeRules } from '../../samples/rules/rule.ts';
import { type Answer, groupTo, planOf, requestTo, TestBed } from '../testing/test-bed.ts';

const bed = new TestBed();
afterEach(() => bed.cleanUp());

const RULES: OutcomeRules = {
  acked: [{ status: [{ from: 200, to: 299 }], json: { '/ok': { oneOf: [true] } } }],
  rejected: [{ json: { '/error': { present: true } } }, { header: { 'X-Full': { oneOf: ['yes'] } } }],
};

/** Sends one request for each of the server's answers. Returns the samples and the trace. */
async function run(answers: readonly Answer[], outcome: OutcomeRules | null = RULES) {
  const { url } = await bed.endpoint((response, identity, request) =>
    answers[identity.loop - 1]?.(response, identity, request),
  );
  const requests = [requestTo(url, outcome === null ? {} : { outcome })];
  const folder = { id: 'run', path: await bed.folder() };
  const trace = await openTrace(folder, 2);
  const ran = await bed.run(planOf([groupTo(url, { loops: answers.length, requests })]), { trace });
  await trace.close();
  return { ...ran, traced: (await readTrace(folder)) ?? [] };
}

const says =
  (body: string, status = 200, headers = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(body);
const long = (bytes: number) => says(`{"ok": true}${' '.repeat(bytes - 12)}`);

describe('the outcome by rules', () => {
  it('is in the samples and in the counts, and success keeps its meaning', async () => {
    const { rows, result } = await run([
      says('{"ok": true}'),
      says('{"ok": true, "error": "full"}'),
      says('{"ok": false}'),
      says('{"ok": true}', 500),
      says('{"ok": true}', 202, { 'x-full': ' yes ' }),
    ]);
    expect(rows.map(({ outcome, success }) => [outcome, success])).toEqual([
      ['acked', true],
      ['rejected', true],
      ['indeterminate', true],
      ['indeterminate', false],
      ['rejected', true],
    ]);
    expect(result.statistics.summary()).toMatchObject({
      acked: 1,
      rejected: 2,
      indeterminate: 2,
      succeeded: 4,
    });
  });

  it('is never acked for a body that broke off, or was too long to read', async () => {
    const { rows } = await run([
      (response) =>
        response.writeHead(200, { 'Content-Length': 40 }).write('{"ok": true}', () => response.destroy()),
      long(MAX_RULE_BODY_BYTES),
      long(MAX_RULE_BODY_BYTES + 1),
      (response) => response.write('{"ok"', () => response.end(': true}')),
      says(`${'['.repeat(100_000)}`),
    ]);
    expect(rows.map(({ outcome }) => outcome)).toEqual([
      'indeterminate',
      'acked',
      'indeterminate',
      'acked',
      'indeterminate',
    ]);
  });

  it('stands beside the default rule of other requests in the column, which is missing in a plan without rules', async () => {
    const { url } = await bed.endpoint(says('no'));
    const requests = [requestTo(url, { outcome: RULES }), requestTo(url, { name: 'other' })];
    const { rows } = await bed.run(planOf([groupTo(url, { requests })]));
    expect(rows.map(({ outcome }) => outcome)).toEqual(['indeterminate', 'acked']);
    const { rows: plain } = await run([says('no')], null);
    expect(plain[0]).not.toHaveProperty('outcome');
  });

  it('decides what the trace keeps as a failure', async () => {
    const { traced } = await run([
      says('{"ok": true, "n": 1}'),
      says('{"ok": true, "n": 2}'),
      says('{"ok": true, "n": 3}'),
      says('{"error": 4}'),
    ]);
    expect(traced.map(({ outcome, received }) => [outcome, received?.body.text])).toEqual([
      ['acked', '{"ok": true, "n": 1}'],
      ['acked', '{"ok": true, "n": 2}'],
      ['rejected', '{"error": 4}'],
    ]);
  });

  it('that depends on a header alone keeps the body of a failure for the trace too', async () => {
    const rejected: OutcomeRules = { rejected: [{ header: { 'X-Full': { present: true } } }] };
    const { traced } = await run(
      [says('a'), says('b'), says('c'), says('d', 200, { 'X-Full': '' })],
      rejected,
    );
    expect(traced.at(-1)).toMatchObject({ outcome: 'rejected', received: { body: { text: 'd' } } });
  });
});
