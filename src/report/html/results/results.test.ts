import { expect, test } from 'vitest';
import { IN_BODY } from '../../../message/placement.ts';
import { MAX_TRACED_BODY_BYTES, type TracedSample } from '../../../runs/rows/trace.ts';
import { escapedJson } from '../embed.ts';
import { type ResultSources, resultsData } from './results.ts';

const MAX_RESULTS_BYTES = 3_500_000;

function traced(index: number, succeeded: boolean, body: string): TracedSample {
  const headers = [['Content-Type', 'text/plain']] as const;
  return {
    thread: `Users 1-${index}`,
    loop: 1,
    request: 1,
    label: 'send',
    atMs: index,
    elapsedMs: 3,
    outcome: succeeded ? 'acked' : 'indeterminate',
    success: succeeded,
    failure: null,
    sent: { method: 'POST', url: 'http://localhost/', headers, body: { text: body, bytes: body.length } },
    received: { status: 200, reason: 'OK', headers, body: { text: body, bytes: body.length } },
  };
}

const many = (count: number, succeeded: boolean, body: string) =>
  Array.from({ length: count }, (_, index) => traced(index, succeeded, body));

const of = (trace: readonly TracedSample[] | null, sender = 'blast'): ResultSources => ({
  trace,
  offenders: [],
  offending: new Map(),
  outcomes: null,
  record: { sender, plan: { name: 'p', threadGroups: [], rate: null, identity: IN_BODY } },
});

test('shows all results in full if they fit, failures first', () => {
  const data = resultsData(of([...many(3, true, 'yes'), ...many(2, false, 'no')]));
  expect(data.items.map(({ success }) => success)).toEqual([false, false, true, true, true]);
  expect(data).toMatchObject({
    bodyLength: 16_384,
    failures: { shown: 2 },
    successes: { shown: 3 },
    absent: null,
  });
});

test('cuts bodies before it leaves out results', () => {
  const data = resultsData(of(many(1000, true, 'x'.repeat(MAX_TRACED_BODY_BYTES))));
  expect(data.bodyLength).toBe(1024);
  expect(data.successes).toEqual({ shown: 1000, total: 1000 });
  expect(data.items[0]?.request).toMatchObject({ bodyBytes: MAX_TRACED_BODY_BYTES });
});

test.each(['x', '<', '\u0000', 'ñ'])('keeps the page small with bodies full of %j', (character) => {
  const body = character.repeat(MAX_TRACED_BODY_BYTES);
  const data = resultsData(of([...many(2000, false, body), ...many(2000, true, body)]));
  expect(Buffer.byteLength(escapedJson(data))).toBeLessThan(MAX_RESULTS_BYTES * 1.01);
  expect(data.failures.shown).toBeGreaterThan(100);
  expect(data.successes.shown).toBeGreaterThan(0);
  expect(data.failures.total).toBe(2000);
});

test('says why there is no trace', () => {
  expect(resultsData(of(null, 'jmeter')).absent).toContain('JMeter');
  expect(resultsData(of(null)).absent).toContain('--trace 0');
});
