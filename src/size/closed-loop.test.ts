import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DirectService } from './accepting-service.ts';
import { closedLoop, leastDirectInstances } from './closed-loop.ts';
import type { Senders } from './senders.ts';

function senders(threads: number, requests: number, ratePerSecond: number | null = null): Senders {
  const thread = { startMs: 0, requests, endMs: Number.POSITIVE_INFINITY, thinkMs: [0] };
  return { threads: Array(threads).fill(thread), ratePerSecond, goOnAfterFailure: true };
}

function service(options: Partial<DirectService>): DirectService {
  return {
    instances: 1,
    ratePerSecond: null,
    work: null,
    concurrency: 1,
    outages: [],
    acceptQueue: 1_000,
    timeoutMs: 60_000,
    ...options,
  };
}

const work = (ms: number) => ({ kind: 'constant', ms }) as const;
const p99 = (maxWaitMs: number) => ({ maxWaitMs, percentile: 99 });

describe('the closed loop', () => {
  test('never has more requests under way than threads: each waits for those of the others', () => {
    const result = closedLoop(senders(100, 10), service({ ratePerSecond: 200 }));
    expect(result).toMatchObject({ requests: 1_000, processed: 1_000, peakPending: 100 });
    expect(result?.latency.longestMs).toBeCloseTo(500, 6);
    expect(result?.latency.percentileMs(50)).toBeCloseTo(500, 0);
    expect(result?.lastProcessedAtMs).toBeCloseTo(5_000, 6);
    expect(result?.busiestSecondOfWork).toBe(200);
    // The threads come at once, and then as they are answered.
    expect(result?.busiestSecond).toBeGreaterThanOrEqual(299);
  });

  test('hands that are always busy: as many rounds as it takes', () => {
    const few = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(few, few, few, few, (threads, requests, hands, ms) => {
        const result = closedLoop(
          senders(threads, requests),
          service({ work: work(ms), concurrency: hands }),
        );
        const rounds = threads >= hands ? Math.ceil((threads * requests) / hands) : requests;
        expect(result?.lastProcessedAtMs).toBe(rounds * ms);
        expect(result?.latency.longestMs).toBe(Math.ceil(threads / hands) * ms);
        expect(result?.peakPending).toBe(threads);
      }),
    );
  });

  test('a schedule sends what is refused on its time', () => {
    const result = closedLoop(senders(50, 20, 200), service({ work: work(10), acceptQueue: 9 }));
    // 200 a second for 5 s, of which the service takes 100 a second.
    expect(result?.requests).toBe(1_000);
    expect(result?.peakPending).toBe(10);
    expect(result?.processed).toBeGreaterThan(495);
    expect(result?.processed).toBeLessThan(515);
    expect(result?.latency.longestMs).toBeLessThanOrEqual(100);
  });

  test('what waits too long is given up', () => {
    const result = closedLoop(senders(10, 1), service({ work: work(100), timeoutMs: 350 }));
    expect(result?.processed).toBe(4);
    expect(result?.lastProcessedAtMs).toBe(400);
  });

  test('an outage breaks off what it meets and refuses what comes', () => {
    const outages = [{ fromMs: 1_000, toMs: 3_000 }];
    const result = closedLoop(senders(10, 20, 50), service({ work: work(15), outages }));
    // A hundred come in its two seconds, the first of them at its very beginning.
    expect(result?.requests).toBe(200);
    expect(result?.processed).toBe(100);
    // Those of 960 ms and 980 ms are in work when it begins.
    const meets = closedLoop(senders(10, 20, 50), service({ work: work(45), outages, concurrency: 3 }));
    expect(meets?.processed).toBe(98);
  });

  test('the share of works that fail is not processed', () => {
    const result = closedLoop(
      senders(10, 1_000),
      service({ work: work(1), failures: { share: 0.2, maxAttempts: 3 } }),
    );
    expect((result?.processed ?? 0) / 10_000).toBeCloseTo(0.8, 1);
  });

  test('says nothing where the machine decides', () => {
    expect(closedLoop(senders(20, 2), service({ work: work(10), acceptQueue: 5 }))).toBeNull();
    const outages = [{ fromMs: 5, toMs: 10 }];
    expect(closedLoop(senders(2, 5), service({ work: work(2), outages }))).toBeNull();
    const stopping = { ...senders(10, 5, 100), goOnAfterFailure: false };
    expect(closedLoop(stopping, service({ work: work(20), acceptQueue: 0 }))).toBeNull();
  });
});

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

  test('a request that is refused keeps no bound', () => {
    const asked = service({ work: work(10), acceptQueue: 5 });
    expect(leastDirectInstances(senders(20, 10), asked, p99(1_000))).toBe(15);
  });
});
