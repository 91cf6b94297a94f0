import { describe, expect, it } from 'vitest';
import { deciderOf } from './decide.ts';
import type { OutcomeRules } from './rule.ts';
import { outcomeBy } from './testing/outcome-by.ts';

const OK = [{ from: 200, to: 299 }];

describe('the lists of rules', () => {
  const error: OutcomeRules = { rejected: [{ json: { '/error': { present: true } } }] };
  const offset: OutcomeRules = { acked: [{ status: OK, json: { '/offset': { present: true } } }] };

  it('a rejected rule is an exception to an acked one', () => {
    const both = { acked: [{ status: OK }], ...error };
    expect(outcomeBy(both, { status: 200, body: '{"error": "full"}' })).toBe('rejected');
    expect(outcomeBy(both, { status: 200, body: '{}' })).toBe('acked');
    expect(outcomeBy(both, { status: 302, body: '{}' })).toBe('indeterminate');
  });

  it('without acked rules a status of 200 to 299 is acked, and a list of rejected replaces its default', () => {
    expect(outcomeBy(error, { status: 200, body: '{"error": "full"}' })).toBe('rejected');
    expect(outcomeBy(error, { status: 202, body: 'OK' })).toBe('acked');
    expect(outcomeBy(error, { status: 400, body: '{}' })).toBe('indeterminate');
    expect(outcomeBy(error, { status: 301 })).toBe('indeterminate');
  });

  it('without rejected rules a status such as 400 is rejected, unless an acked rule matches', () => {
    expect(outcomeBy(offset, { status: 200, body: '{"offset": 3}' })).toBe('acked');
    expect(outcomeBy(offset, { status: 200, body: '{}' })).toBe('indeterminate');
    expect(outcomeBy(offset, { status: 400, body: '{"offset": 3}' })).toBe('rejected');
    expect(outcomeBy({ acked: [{ status: [{ from: 400, to: 400 }] }] }, { status: 400 })).toBe('acked');
  });

  it('503 Not Enqueued stays rejected, and so does a request that never reached the server', () => {
    const acked = { acked: [{ status: [{ from: 200, to: 599 }] }] };
    expect(outcomeBy(acked, { status: 503, reason: 'Not Enqueued' })).toBe('rejected');
    expect(outcomeBy(acked, { status: 503 })).toBe('acked');
    const ofFailure = (exception: string) =>
      deciderOf(acked).decide(
        { responseCode: `Non HTTP response code: ${exception}`, responseMessage: '', success: false },
        { status: 200, header: () => [], json: () => ({ kind: 'malformed' }) },
      );
    expect(ofFailure('org.apache.http.conn.HttpHostConnectException')).toBe('rejected');
    expect(ofFailure('org.apache.http.ConnectionClosedException')).toBe('indeterminate');
  });

  it('a body that could not be read leaves open what depends on it, and nothing else', () => {
    expect(outcomeBy(error, { status: 200, body: null })).toBe('indeterminate');
    expect(outcomeBy(offset, { status: 200, body: null })).toBe('indeterminate');
    expect(outcomeBy(offset, { status: 400, body: null })).toBe('rejected');
    expect(outcomeBy({ acked: [...(offset.acked ?? []), { status: OK }] }, { status: 200, body: null })).toBe(
      'acked',
    );
  });
});

it('one value of a header that comes several times is enough, and its name has no case', () => {
  const rules = {
    acked: [{ header: { 'X-ACK': { oneOf: ['yes'] } } }],
    rejected: [{ header: { 'x-ack': { present: false } } }],
  };
  const status = 200;
  expect(
    outcomeBy(rules, {
      status,
      headers: [
        ['x-ack', 'no'],
        ['X-Ack', 'yes'],
      ],
    }),
  ).toBe('acked');
  expect(outcomeBy(rules, { status, headers: [['x-ack', 'Yes']] })).toBe('indeterminate');
  expect(outcomeBy(rules, { status })).toBe('rejected');
});
