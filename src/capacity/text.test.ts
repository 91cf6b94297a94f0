import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../plan/duration.ts';
import { formatSpan, parseSpan } from '../plan/span.ts';
import { formatRate, parseRate } from './rate.ts';
import { formatShare, parseShare } from './share.ts';
import { capacities } from './testing/capacities.ts';
import { formatWork, parseWork } from './work.ts';

test('reads the same capacity back from its text', () => {
  fc.assert(
    fc.property(capacities, ({ ratePerSecond, work, failShare, outages }) => {
      if (ratePerSecond !== null) expect(parseRate(formatRate(ratePerSecond))).toBe(ratePerSecond);
      if (work !== null) expect(parseWork(formatWork(work))).toEqual(work);
      expect(parseShare(formatShare(failShare))).toBe(failShare);
      for (const outage of outages) expect(parseSpan(formatSpan(outage))).toEqual(outage);
    }),
  );
});

test('shows a share as it was written', () => {
  const shares = fc.tuple(fc.nat(100), fc.nat(9_999_999), fc.nat(7)).map(([whole, fraction, digits]) => {
    const decimals = String(fraction).padStart(7, '0').slice(0, digits).replace(/0+$/, '');
    return whole === 100 || decimals === '' ? `${whole}%` : `${whole}.${decimals}%`;
  });
  fc.assert(
    fc.property(shares, (text) => {
      expect(formatShare(parseShare(text))).toBe(text);
    }),
  );
});

test('writes numbers without an exponent', () => {
  expect([0.0000001, 0.1, 1, 12.5, 1_000_000].map(formatRate)).toEqual([
    '0.0000001',
    '0.1',
    '1',
    '12.5',
    '1000000',
  ]);
  expect([0, 0.000000001, 0.009, 0.07, 1].map(formatShare)).toEqual([
    '0%',
    '0.0000001%',
    '0.9%',
    '7%',
    '100%',
  ]);
});

describe('a duration', () => {
  test('is written in the largest unit that gives a whole number', () => {
    expect([0, 1, 1500, 2000, 90_000, 120_000, 7_200_000].map(formatDuration)).toEqual([
      '0ms',
      '1ms',
      '1500ms',
      '2s',
      '90s',
      '2m',
      '2h',
    ]);
  });

  test('is read back from its text', () => {
    fc.assert(
      fc.property(fc.nat(500 * 3_600_000), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBe(ms);
      }),
    );
  });
});

describe('work on a message', () => {
  test.each([
    ['20ms', { kind: 'constant', ms: 20 }],
    ['1.5ms', { kind: 'constant', ms: 1.5 }],
    ['uniform:0.25ms..0.75ms', { kind: 'uniform', leastMs: 0.25, mostMs: 0.75 }],
    ['exponential:0.4ms', { kind: 'exponential', meanMs: 0.4 }],
    ['uniform:0..30ms', { kind: 'uniform', leastMs: 0, mostMs: 30 }],
    ['exponential:1.5s', { kind: 'exponential', meanMs: 1500 }],
    ['lognormal:20ms,0.5', { kind: 'lognormal', meanMs: 20, sigma: 0.5 }],
  ])('%s', (text, work) => {
    expect(parseWork(text)).toEqual(work);
  });

  test.each([
    '',
    '0',
    '20',
    'fast',
    'uniform:30ms..10ms',
    'uniform:30ms',
    'lognormal:20ms',
    'lognormal:20ms,9',
    'gamma:20ms',
  ])('refuses %s', (text) => {
    expect(() => parseWork(text)).toThrow('expected 20ms, uniform:10ms..30ms');
  });
});
