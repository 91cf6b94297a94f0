import { describe, expect, it } from 'vitest';
import { outcomeOf } from '../outcome.ts';
import { Statistics } from './statistics.ts';

function statisticsOf(responses: readonly (readonly [string, string])[]): Statistics {
  const statistics = new Statistics();
  responses.forEach(([responseCode, responseMessage], at) => {
    const success = /^[23]/.test(responseCode);
    const sample = { timeStampMs: 1000 + at, elapsedMs: 10, bytes: 100, sentBytes: 50 };
    const answered = { responseCode, responseMessage, success };
    statistics.add({ ...sample, ...answered }, outcomeOf(answered));
  });
  return statistics;
}

describe('Statistics', () => {
  it('counts samples by outcome, by success and by response', () => {
    const summary = statisticsOf([
      ['200', 'OK'],
      ['200', 'OK'],
      ['302', 'Found'],
      ['503', 'Not Enqueued'],
      ['503', 'Service Unavailable'],
    ]).summary();
    expect(summary).toMatchObject({ samples: 5, acked: 2, rejected: 1, indeterminate: 2 });
    expect(summary).toMatchObject({ succeeded: 3, failed: 2, bytes: 500, sentBytes: 250 });
    expect(summary).toMatchObject({ firstStartMs: 1000, lastEndMs: 1014 });
    expect(summary.throughputPerSecond).toBeCloseTo(5 / 0.014);
    expect(summary.responses[0]).toEqual({
      responseCode: '200',
      responseMessage: 'OK',
      outcome: 'acked',
      count: 2,
    });
    expect(summary.responses).toHaveLength(4);
  });

  it('keeps memory bounded when every response differs, and counts every sample', () => {
    const summary = statisticsOf(
      Array.from({ length: 1000 }, (_, at) => [String(200 + (at % 2) * 300), 'x'.repeat(500) + at] as const),
    ).summary();
    expect(summary.responses.length).toBeLessThanOrEqual(103);
    expect(summary.responses.reduce((total, { count }) => total + count, 0)).toBe(1000);
    expect(summary.responses.every(({ responseMessage }) => responseMessage.length <= 200)).toBe(true);
    expect(summary).toMatchObject({ acked: 500, indeterminate: 500 });
  });

  it('has no start and end time without samples', () => {
    expect(new Statistics().summary()).toMatchObject({
      samples: 0,
      firstStartMs: null,
      lastEndMs: null,
      throughputPerSecond: 0,
    });
  });
});
