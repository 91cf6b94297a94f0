import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leastDirectInstances } from './least-direct.ts';
import { during, senders, service, work } from './testing/direct.ts';

const ENDLESS = senders(100, Number.POSITIVE_INFINITY);
const p99 = (maxWaitMs: number) => ({ maxWaitMs, percentile: 99 });

describe('the fewest instances without a queue', () => {
  test.each([
    [600, 1],
    [501, 1],
    [300, 2],
    [100, 5],
  ])('100 threads and 200/s each: %d ms take %d', (boundMs, expected) => {
    expect(leastDirectInstances(senders(100, 100), service({ ratePerSecond: 200 }), p99(boundMs))).toBe(
      expected,
    );
  });

  test('the work counts as well as the wait, and none are enough where it alone takes longer', () => {
    const slow = service({ work: work(2_000) });
    expect(leastDirectInstances(senders(2, 50), slow, p99(1_000))).toBeNull();
    expect(leastDirectInstances(senders(2, 50), slow, p99(2_000))).toBe(2);
    expect(leastDirectInstances(senders(2, 50), slow, p99(4_000))).toBe(1);
  });

  test('are enough, and one fewer is not', () => {
    const some = fc.integer({ min: 1, max: 30 });
    fc.assert(
      fc.property(some, some, fc.integer({ min: 1, max: 300 }), (threads, ms, boundMs) => {
        const asked = service({ work: work(ms) });
        const least = leastDirectInstances(senders(threads, 10), asked, p99(boundMs));
        expect(least).toBe(boundMs < ms ? null : Math.ceil(threads / Math.floor(boundMs / ms)));
      }),
    );
  });

  test.each([
    [1_000, 1],
    [300, 2],
    [100, 5],
  ])('100 threads that send for 300 s, and 200/s each: %d ms take %d', (boundMs, expected) => {
    const asked = service({ ratePerSecond: 200 });
    expect(leastDirectInstances(during(ENDLESS, 300_000), asked, p99(boundMs))).toBe(expected);
  });

  test('what takes too many requests to be found is left open', () => {
    const [many, asked] = [senders(10, 150_000), service({ work: work(2) })];
    // A bound that is broken is so soon: only the ten are followed to the end.
    expect(leastDirectInstances(many, asked, p99(2))).toBe(10);
    expect(leastDirectInstances(many, asked, p99(4))).toBeNull();
    // So many were shown to be enough, but fewer might be.
    expect(leastDirectInstances(many, asked, p99(4), 8)).toBeNull();
  });

  test('instances with a rate beside their work may be more than threads', () => {
    const asked = service({ ratePerSecond: 200, work: work(1) });
    expect(leastDirectInstances(senders(10, 100), asked, p99(2))).toBeGreaterThan(10);
  });

  test('what was shown to be enough is not asked of the model', () => {
    const slow = service({ work: work(2_000) });
    expect(leastDirectInstances(senders(2, 50), slow, p99(1_000), 1)).toBe(1);
    expect(leastDirectInstances(senders(2, 50), slow, p99(1_000), 4)).toBe(4);
    expect(leastDirectInstances(senders(2, 50), slow, p99(2_000), 4)).toBe(2);
    // A plan that is not followed to its end by the model.
    expect(leastDirectInstances(during(ENDLESS, 1e9), service({ work: work(1) }), p99(1_000), 1)).toBe(1);
  });

  test('a request that is refused keeps no bound', () => {
    const asked = service({ work: work(10), acceptQueue: 5 });
    expect(leastDirectInstances(senders(20, 10), asked, p99(1_000))).toBe(15);
  });
});
