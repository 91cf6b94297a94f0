import { SaxesParser } from 'saxes';
import { expect, test } from 'vitest';
import { byName, OFFENCES } from '../../runs/documents/counts.ts';
import type { SummaryRecord } from '../../runs/documents/summary-json.ts';
import type { VerifyRecord } from '../../runs/documents/verify-json.ts';
import type { JudgedCondition } from '../comparison/condition.ts';
import { junitXml, type RunOutcome } from './junit.ts';
import { summaryMarkdown } from './summary-markdown.ts';

const LATENCY = { count: 2, mean: 1, min: 1, p50: 1, p90: 2, p95: 2, p99: 2, p999: 2, max: 2 };
const PASS: VerifyRecord = {
  ...{ sent: 10, acked: 10, rejected: 0, indeterminate: 0, received: 10, lost: 0, duplicated: 0, phantom: 0 },
  ...{
    unexpected: 0,
    corrupt: 0,
    enriched: 0,
    recovered: 0,
    unresolved: 0,
    outOfOrder: 0,
    foreign: 0,
    otherExecution: 0,
  },
  schema: 'qbl.verify/1',
  rules: { exactlyOnce: false, ordered: false },
  verdict: 'pass',
  reasons: [],
  notProven: [],
  settling: null,
  run: 'a-run',
  queue: 'kafka://localhost/topic',
  reading: 'log',
  deliveries: 10,
  repeatsDropped: false,
  runs: [],
  service: null,
  drained: true,
  read: [],
  latencySource: 'received',
  latencyMs: { ...LATENCY, negative: 0, mostNegative: 0 },
  offenders: byName(OFFENCES, () => []),
  hops: null,
  gaps: null,
  incidents: [],
};
const HOSTILE = `<a> & "b" 'c' ]]> | \` * _ [x](y) \u0000 \u001b[31m \ud800 \n# h`;

const outcome = (changes: Partial<RunOutcome> = {}): RunOutcome => ({
  run: 'a-run',
  plan: 'stress',
  startedAt: '2026-01-01T00:00:00.000Z',
  seconds: 1.5,
  verification: PASS,
  summary: null,
  incidents: [],
  end: { reason: 'completed', samples: 10 },
  mayEndByFailures: false,
  allowErrors: false,
  conditions: [],
  ...changes,
});

const condition = (text: string, holds: boolean | null): JudgedCondition => ({
  condition: { text, metric: 'p99', operator: '>', bound: { kind: 'absolute', value: 1 } },
  holds,
  text: 'p99 is 2 ms; the limit is 1 ms',
});

/** Returns the result of each test case, by name. Throws if the text is not XML. */
function casesOf(xml: string): Record<string, string> {
  const cases: Record<string, string> = {};
  let name = '';
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name: tag, attributes }) => {
    if (tag === 'testcase') name = String(attributes['name']);
    if (tag === 'testcase') cases[name] = 'passed';
    if (['failure', 'error', 'skipped'].includes(tag)) cases[name] = tag;
  });
  parser.write(xml).close();
  return cases;
}

test('writes a pass as a suite in which every test case passes', () => {
  const xml = junitXml(outcome({ conditions: [condition('p99 > 5ms', false)] }));
  expect(new Set(Object.values(casesOf(xml)))).toEqual(new Set(['passed']));
  expect(Object.keys(casesOf(xml))).toEqual([
    'verdict',
    'requests acknowledged',
    'processes of the run',
    'lost',
    'duplicated',
    'phantom',
    'unexpected',
    'corrupt',
    'out of order',
    'fail if p99 > 5ms',
  ]);
  expect(xml).toContain('tests="10" failures="0" errors="0" skipped="0"');
});

test('reports proven offences as failures, and never passes what is unknown', () => {
  const reasons = [
    { kind: 'lost', count: 3, text: 'acknowledged messages are missing from the queue' },
  ] as const;
  const failed: VerifyRecord = { ...PASS, verdict: 'fail', lost: 3, reasons };
  const conditions = [condition('p99 > 1ms', true), condition('p95 > 1ms', null)];
  expect(casesOf(junitXml(outcome({ verification: failed, conditions })))).toMatchObject({
    verdict: 'failure',
    lost: 'failure',
    phantom: 'passed',
    'fail if p99 > 1ms': 'failure',
    'fail if p95 > 1ms': 'error',
  });
  const gap = { kind: 'incomplete-drain', count: null, text: 'the broker went away' } as const;
  const unknown: VerifyRecord = { ...PASS, verdict: 'unknown', drained: false, reasons: [gap] };
  expect(casesOf(junitXml(outcome({ verification: unknown })))).toMatchObject({
    verdict: 'error',
    lost: 'skipped',
  });
  expect(casesOf(junitXml(outcome({ verification: null })))).toMatchObject({
    verdict: 'error',
    'requests acknowledged': 'skipped',
    'processes of the run': 'skipped',
    lost: 'skipped',
  });
});

test.each([
  [true, 'passed', /name="requests acknowledged" time="0">\s+<system-out>2 of 10 requests were not/],
  [false, 'failure', /name="requests acknowledged" time="0">\s+<failure message="2 of 10 requests were not/],
])('names unacknowledged requests in JUnit, with --allow-errors: %s', (allowErrors, result, expected) => {
  const verification: VerifyRecord = { ...PASS, sent: 10, acked: 8, rejected: 2 };
  const xml = junitXml(outcome({ verification, allowErrors }));
  expect(casesOf(xml)['requests acknowledged']).toBe(result);
  expect(xml).toMatch(expected);
});

test.each([
  [true, 'passed'],
  [false, 'error'],
])('names a missed rate beside a pass, with the rate kept: %s', (kept, result) => {
  const rate = { requestedPerSecond: 100, achievedPerSecond: 10, due: 200, sent: 20, late: 0, tolerance: 0 };
  const statistics = { samples: 10, acked: 10, rejected: 0, indeterminate: 0 };
  const summary = { rate: { ...rate, kept }, gaps: null, statistics, latencyMs: LATENCY };
  const ended = outcome({ summary: summary as Partial<SummaryRecord> as SummaryRecord });
  const missed = '20 of 200 requests were sent in time (10.0/s), so the rate of 100/s was not reached';
  const cases = casesOf(junitXml(ended));
  expect(cases).toMatchObject({ verdict: 'passed', 'rate reached': result });
  expect(junitXml(ended).includes(`<error message="${missed}"/>`)).toBe(!kept);
  const text = summaryMarkdown(ended).replaceAll('\\', '');
  expect(text.includes(`All 10 acknowledged messages arrived. But ${missed}.`)).toBe(!kept);
});

test.each([
  [{ reason: 'completed', samples: 10 }, 'passed'],
  [{ reason: 'stopped', samples: 10 }, 'passed'],
  [{ reason: 'stoptest', samples: 10 }, 'error'],
  [null, 'skipped'],
])('says whether failed requests ended the run, with the end %j', (end, result) => {
  const ended = outcome({ end, mayEndByFailures: true, allowErrors: true });
  const xml = junitXml(ended);
  const text = 'failed requests ended the run (onSampleError: stoptest), after 10 requests';
  expect(casesOf(xml)).toMatchObject({ verdict: 'passed', 'not ended by failed requests': result });
  expect(xml.includes(`<error message="${text}"/>`)).toBe(result === 'error');
  const markdown = summaryMarkdown(ended).replaceAll('\\', '');
  expect(markdown.includes(`All 10 acknowledged messages arrived. But ${text}.`)).toBe(result === 'error');
});

test('escapes hostile text in XML and in Markdown', () => {
  const verification: VerifyRecord = {
    ...PASS,
    verdict: 'unknown',
    reasons: [{ kind: 'incomplete-drain', count: null, text: HOSTILE }],
  };
  const hostile = outcome({ verification, conditions: [condition(HOSTILE, true)] });
  expect(Object.keys(casesOf(junitXml(hostile)))).toHaveLength(10);
  const markdown = summaryMarkdown(hostile);
  expect(markdown).not.toMatch(/<a>|(?<!\\)`|(?<!\\)\[x|[^\P{Cc}\n]/u);
  expect(markdown.split('\n').filter((line) => line.startsWith('# '))).toEqual([]);
});

test('writes the verdict, the counts and the latencies into the summary', () => {
  const markdown = summaryMarkdown(outcome({ conditions: [condition('p99 > 1ms', true)] }));
  expect(markdown).toContain('## qbl: pass (run a\\-run)\n\nAll 10 acknowledged messages arrived.');
  expect(markdown).toMatch(/\| sent \| acked .*\|\n\| --- \|.*\n\| 10 \| 10 \|/);
  expect(markdown).toContain('| end to end | 1.00 | 2.00 |');
  expect(markdown).toContain('- failed: fail if p99 \\> 1ms (p99 is 2 ms; the limit is 1 ms)');
});

test('reports a --fail-if condition that does not hold as passed, and writes the comparison into both files', () => {
  const comparison = {
    title: 'new compared with old',
    columns: ['new', 'old', 'ratio'],
    rows: [
      { name: 'p99', unit: 'ms', cells: [12, 10, '1.20x'] },
      { name: 'wait', unit: 's', cells: ['at least 1234.5', null, null] },
    ],
    notes: ['One run <b> is too few.'],
  };
  const compared = outcome({ conditions: [condition('p99 > 1.5x', false)], comparison });
  const markdown = summaryMarkdown(compared);
  expect(markdown).toContain('- passed: fail if p99 \\> 1.5x');
  expect(markdown).toContain('| p99, ms | 12 | 10 | 1.20x |');
  expect(markdown).toContain('| wait, s | at least 1,234.5 | – | – |');
  expect(markdown).toContain('- One run &lt;b> is too few.'.replace('>', '\\>'));
  const xml = junitXml(compared);
  expect(casesOf(xml)).toMatchObject({ 'fail if p99 > 1.5x': 'passed' });
  expect(xml).toMatch(/<system-out>new compared with old\n +new +old +ratio\np99, ms +12 +10 +1.20x/);
});

test('shows the gaps of a run in JUnit and in Markdown', () => {
  const longest = [
    {
      at: '2026-01-01T00:00:02.000Z',
      ...{ afterMs: 2_000, lengthMs: 3_000, recovered: true, recoveryMs: 3_100 },
      requests: { sent: 40, acked: 1, rejected: 38, indeterminate: 1 },
      messages: { recovered: 1, unresolved: 0, lost: 0, phantom: 0 },
    },
  ];
  const verification = { ...PASS, gaps: { thresholdMs: 1_000, longest, more: 0 } };
  const headline = '1 gap of at least 1.0 s without an acknowledged request';
  const xml = junitXml(outcome({ verification }));
  expect(casesOf(xml)['verdict']).toBe('passed');
  expect(xml).toContain(
    `<system-out>${headline}\nstart after 2.0 s, length 3.0 s, recovery 3.1 s, requests 40`,
  );
  const text = summaryMarkdown(outcome({ verification }));
  expect(text).toContain(headline);
  expect(text).toContain('| after 2.0 s | 3.0 s | 3.1 s | 40 | 1 | 38 | 1 | 1 | 0 | 0 | 0 |');
});
