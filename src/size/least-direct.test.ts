import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { leastDirectInstances } from './least-direct.ts';
import { during, senders, service, work } from './testing/direct.ts';

const ENDLESS = senders(100, Number.POSITIVE_INFINITY);
const p99 = (maxWaitMs: number) => ({ maxWaitMs, percentile: 99 });

describe('the number of instances needed without a queue', () => {
  test.each([
    [600, 1],
    [501, 1],
    [300, 2],
    [100, 5],
  ])('for 100 threads, instances of 200/s and a limit of %d ms is %d', (boundMs, expected) => {
    expect(leastDirectInstances(senders(100, 100), service({ ratePerSecond: 200 }), p99(boundMs))).toBe(
      expected,
    );
  });

  test('covers waiting and work, and is null if the work alone takes too long', () => {
    const slow = service({ work: work(2_000) });
    expect(leastDirectInstances(senders(2, 50), slow, p99(1_000))).toBeNull();
    expect(leastDirectInstances(senders(2, 50), slow, p99(2_000))).toBe(2);
    expect(leastDirectInstances(senders(2, 50), slow, p99(4_000))).toBe(1);
  });

  test('is enough, and one less is not', () => {
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
  ])('for 100 threads that send for 300 s, instances of 200/s and %d ms is %d', (boundMs, expected) => {
    const asked = service({ ratePerSecond: 200 });
    expect(leastDirectInstances(during(ENDLESS, 300_000), asked, p99(boundMs))).toBe(expected);
  });

  test('is null if the search needs too many requests', () => {
    const [many, asked] = [senders(10, 150_000), service({ work: work(2) })];
    // With fewer instances, the simulation stops when the limit is broken. Only ten instances are simulated to the end
    // of the plan.
    expect(leastDirectInstances(many, asked, p99(2))).toBe(10);
    expect(leastDirectInstances(many, asked, p99(4))).toBeNull();
    // Eight instances are known to be enough, but fewer could be enough too.
    expect(leastDirectInstances(many, asked, p99(4), 8)).toBeNull();
  });

  test('can exceed the number of threads if instances have a rate and work', () => {
    const asked = service({ ratePerSecond: 200, work: work(1) });
    expect(leastDirectInstances(senders(10, 100), asked, p99(2))).toBeGreaterThan(10);
  });

  test('does not ask the model about a number that a run has shown to be enough', () => {
    const slow = service({ work: work(2_000) });
    expect(leastDirectInstances(senders(2, 50), slow, p99(1_000), 1)).toBe(1);
    expect(leastDirectInstances(senders(2, 50), slow, p99(1_000), 4)).toBe(4);
    expect(leastDirectInstances(senders(2, 50), slow, p99(2_000), 4)).toBe(2);
    // The plan has too many requests for a simulation, but one instance is known to be enough.
    expect(leastDirectInstances(during(ENDLESS, 1e9), service({ work: work(1) }), p99(1_000), 1)).toBe(1);
  });

  test('counts a refused request as too late', () => {
    const asked = service({ work: work(10), acceptQueue: 5 });
    expect(leastDirectInstances(senders(20, 10), asked, p99(1_000))).toBe(15);
  });
});
