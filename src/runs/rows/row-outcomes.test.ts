import { expect, test } from 'vitest';
import { IN_BODY, NO_IDENTITY } from '../../message/placement.ts';
import type { Plan, Request } from '../../plan/plan.ts';
import type { SampleRow } from '../../samples/jtl/jtl-reader.ts';
import type { OutcomeRules } from '../../samples/rules/rule.ts';
import { RowOutcomes } from './row-outcomes.ts';

const request = (name: string, some: Partial<Request> = {}): Request => ({
  name,
  url: 'http://h/',
  method: 'POST',
  headers: {},
  body: '{}',
  timeoutMs: 0,
  ...some,
});

const planOf = (...requests: Request[]): Plan => ({
  name: 'p',
  rate: null,
  identity: IN_BODY,
  threadGroups: [
    { name: 'g', threads: 1, loops: 1, durationMs: null, rampUpMs: 0, onSampleError: 'continue', requests },
  ],
});

const row = (label: string, status: number, some: Partial<SampleRow> = {}): SampleRow => ({
  ...{ timeStampMs: 0, elapsedMs: 1, bytes: 0, sentBytes: 0, latencyMs: 0, connectMs: 0, loop: 1 },
  ...{
    label,
    threadName: 'g 1-1',
    responseCode: String(status),
    responseMessage: 'OK',
    success: true,
    failureMessage: '',
  },
  ...some,
});

const RULES: OutcomeRules = {
  acked: [
    { status: [{ from: 202, to: 202 }] },
    { status: [{ from: 200, to: 200 }], json: { '/ok': { oneOf: [true] } } },
  ],
};

test('the column request names the request of a row whose label changes from message to message', () => {
  const named = request('Order ${id}', { label: 'Order ${text}', outcome: RULES });
  const unsent = request('Pay', { url: '${text2}' });
  const outcomes = new RowOutcomes(planOf(named, request('Order 7'), unsent));
  expect(outcomes.of(row('Order 7', 201, { request: 1 })), 'by the rules').toBe('indeterminate');
  expect(outcomes.of(row('Order 7', 201, { request: 2 })), 'by the default rule').toBe('acked');
  expect(outcomes.of(row('', 201, { request: 3 }))).toBe('acked');
});

test('rows without the column outcome are decided by the rules of their request, as far as the status is enough', () => {
  const outcomes = new RowOutcomes(planOf(request('ruled', { outcome: RULES }), request('plain')));
  expect(outcomes.of(row('ruled', 202))).toBe('acked');
  expect(outcomes.of(row('ruled', 201)), 'the default rule says acked').toBe('indeterminate');
  expect(outcomes.of(row('ruled', 400))).toBe('rejected');
  expect(outcomes.of(row('plain', 200))).toBe('acked');
  expect(outcomes.of(row('ruled', 503, { responseMessage: 'Not Enqueued' }))).toBe('rejected');
  expect(outcomes.unclearText).toBeNull();
  expect(outcomes.of(row('ruled', 200)), 'the body decides').toBe('indeterminate');
  expect(outcomes.unclearText).toMatch(
    /^The outcome of 1 request is unclear: .* It counts as indeterminate\.$/,
  );
  expect(outcomes.of(row('other', 200)), 'not in the plan').toBe('indeterminate');
  expect(outcomes.unclearText).toContain('2 requests');
});

test('the outcome that the sender wrote decides, and another word is unclear', () => {
  const outcomes = new RowOutcomes(planOf(request('ruled', { outcome: RULES })));
  expect(outcomes.of(row('ruled', 200, { outcome: 'acked' }))).toBe('acked');
  expect(outcomes.of(row('ruled', 202, { outcome: 'rejected' }))).toBe('rejected');
  expect(outcomes.unclearText).toBeNull();
  expect(outcomes.of(row('ruled', 202, { outcome: 'unreadable' }))).toBe('indeterminate');
  expect(outcomes.unclearText).not.toBeNull();
});

test('headers are not known either', () => {
  const rules: OutcomeRules = { acked: [{ header: { 'X-Ack': { present: false } } }] };
  const outcomes = new RowOutcomes(planOf(request('ruled', { outcome: rules })));
  expect(outcomes.of(row('ruled', 200))).toBe('indeterminate');
  expect(outcomes.unclearText).not.toBeNull();
});

test('without a plan or its rules the default rule decides, and every row may have sent a message', () => {
  for (const plan of [null, planOf(request('plain'))]) {
    const outcomes = new RowOutcomes(plan);
    expect(outcomes.of(row('other', 204))).toBe('acked');
    expect(outcomes.sendsMessage(row('other', 204))).toBe(true);
    expect(outcomes.unclearText).toBeNull();
  }
  const login = new RowOutcomes(planOf(request('login', { identity: NO_IDENTITY }), request('send')));
  expect(['login', 'send'].map((label) => login.sendsMessage(row(label, 200)))).toEqual([false, true]);
});

test('only a row with a place sends a message, if JMeter ran the test plan unchanged', () => {
  const outcomes = new RowOutcomes({ ...planOf(request('any')), foreign: { name: 'a.jmx', sha256: '' } });
  const place = { group: 1, thread: 1, loop: 1, request: 1 };
  expect(outcomes.sendsMessage(row('any', 200, { place }))).toBe(true);
  expect(outcomes.sendsMessage(row('any', 200, { place: null }))).toBe(false);
  const redirected = row('any', 200, { place, outcome: 'indeterminate' });
  expect(outcomes.of(redirected)).toBe('indeterminate');
  expect(outcomes.unclearText).toBeNull();
});
