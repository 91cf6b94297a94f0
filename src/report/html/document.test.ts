import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { reportDocument } from './document.ts';
import type { ReportData } from './report-data.ts';

const HOSTILE = '</script><script>alert(1)</script><!-- & \u2028';
const DATA: ReportData = {
  schema: 'qbl.report/1',
  writtenAt: '2026-01-01T00:00:00.000Z',
  keyFigures: [],
  run: {
    id: 'a-run',
    startedAt: '2026-01-01T00:00:00.000Z',
    facts: [{ name: HOSTILE, value: HOSTILE }],
    plan: [],
    service: [],
  },
  verdict: {
    verdict: 'pass',
    headline: HOSTILE,
    reasons: [],
    notProven: [],
    failures: [],
    counts: [],
    offences: [],
    evidence: [],
    offenders: [],
  },
  levelling: null,
  observed: null,
  latency: null,
  outcomes: null,
  hops: null,
  gaps: null,
  benefit: null,
  outages: [],
  comparisons: [],
  summary: null,
  results: {
    absent: HOSTILE,
    failures: { shown: 0, total: 0 },
    successes: { shown: 0, total: 0 },
    untraced: 0,
    bodyLength: 0,
    items: [],
  },
};
const ASSETS = { script: 'let drawn = 1 < 2;', style: 'p > b { color: red; }' };
const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

test('allows only the script and the style of the page, and no network', () => {
  const html = reportDocument(DATA, ASSETS);
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '';
  expect(policy.split('; ')).toEqual([
    "default-src 'none'",
    `script-src ${hash(ASSETS.script)}`,
    `style-src ${hash(ASSETS.style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ]);
  expect(html).not.toContain('name="live"');
});

test('embeds the data as one block that hostile text cannot end', () => {
  const html = reportDocument(DATA, ASSETS);
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  const block = /id="data">([^<]*)<\/script>/.exec(html)?.[1] ?? '';
  expect(JSON.parse(block)).toEqual(DATA);
});

test('allows a live page to get newer data from its own server', () => {
  const html = reportDocument(DATA, ASSETS, { liveUrl: '/events?a=1&b="' });
  expect(html).toContain('<meta name="live" content="/events?a=1&amp;b=&quot;">');
  expect(html).toContain("connect-src 'self'");
});

test('refuses a script that contains the end of a script element', () => {
  expect(() => reportDocument(DATA, { ...ASSETS, script: '"</script>"' })).toThrow(TypeError);
});
