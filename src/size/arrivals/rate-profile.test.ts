import { describe, expect, test } from 'vitest';
import { parseRateProfile } from './rate-profile.ts';

describe('a rate profile', () => {
  test('can contain rates over spans, and bursts', () => {
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
    ['5s: 10/s', 'a rate needs a span, such as 5s..15s'],
    ['5s: 999999999', 'at most 100,000,000'],
    [Array(1001).fill('0s..1s: 1/s').join(), 'at most 1000'],
  ])('refuses %s', (text, expected) => {
    expect(() => parseRateProfile(text)).toThrow(expected);
  });
});
