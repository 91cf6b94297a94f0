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
  latency: null,
  outcomes: null,
  bought: null,
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

test('the policy allows the script and the style of the page, and no network', () => {
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

test('data are one block, which nothing within it ends', () => {
  const html = reportDocument(DATA, ASSETS);
  expect(html.match(/<\/script>/g)).toHaveLength(2);
  const block = /id="data">([^<]*)<\/script>/.exec(html)?.[1] ?? '';
  expect(JSON.parse(block)).toEqual(DATA);
});

test('a live page may ask its own server for newer data', () => {
  const html = reportDocument(DATA, ASSETS, { liveUrl: '/events?a=1&b="' });
  expect(html).toContain('<meta name="live" content="/events?a=1&amp;b=&quot;">');
  expect(html).toContain("connect-src 'self'");
});

test('a script that would end its own element is refused', () => {
  expect(() => reportDocument(DATA, { ...ASSETS, script: '"</script>"' })).toThrow(TypeError);
});
