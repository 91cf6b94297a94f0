import { describe, expect, test } from 'vitest';
import { parseWork } from '../service/parse-work.ts';
import { parseRateProfile } from './rate-profile.ts';

describe('a rate profile', () => {
  test('has rates over spans, and bursts', () => {
    expect(parseRateProfile('0s..10s: 500/s, 10s..1m:0.5/s,5s: 1000')).toEqual([
      { fromMs: 0, toMs: 10_000, messages: 5000 },
      { fromMs: 10_000, toMs: 60_000, messages: 25 },
      { fromMs: 5000, toMs: 5000, messages: 1000 },
    ]);
  });

  test.each([
    ['', 'a rate such as 0s..10s: 500/s'],
    ['500/s', 'a rate such as 0s..10s: 500/s'],
    ['0s..10s: 500/s,', 'a rate such as 0s..10s: 500/s'],
    ['0s..10: 500/s', 'a duration such as'],
    ['10s..5s: 500/s', 'a span that ends after it begins'],
    ['5s..5s: 500/s', 'a span that ends after it begins'],
    ['0s..5s..10s: 500/s', 'a span such as 5s..15s'],
    ['0s..10s: 500', 'a rate such as 500/s'],
    ['0s..10s: -1/s', 'a rate such as 500/s'],
    ['0s..10s: 2000000/s', 'at most 1,000,000/s'],
    ['5s: 10/s', 'a span before a rate'],
    ['5s: 999999999', 'at most 100,000,000'],
    [Array(1001).fill('0s..1s: 1/s').join(), 'at most 1000'],
  ])('%s is refused', (text, expected) => {
    expect(() => parseRateProfile(text)).toThrow(expected);
  });
});

describe('work on a message', () => {
  test.each([
    ['20ms', { kind: 'constant', ms: 20 }],
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
  ])('%s is refused', (text) => {
    expect(() => parseWork(text)).toThrow('expected 20ms, uniform:10ms..30ms');
  });
});
