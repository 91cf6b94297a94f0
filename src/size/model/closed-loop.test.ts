import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IN_BODY } from '../../message/placement.ts';
import { type Senders, sendersOf } from '../arrivals/senders.ts';
import type { DirectService } from '../service/accepting-service.ts';
import { during, impatient, senders, service, work } from '../testing/direct.ts';
import { type ClosedLoopResult, closedLoop } from './closed-loop.ts';

function followed(by: Senders, before: DirectService): ClosedLoopResult {
  const result = closedLoop(by, before);
  if (result.kind !== 'followed') throw new Error(`nothing is predicted: ${result.kind}`);
  return result;
}

describe('the closed loop', () => {
  test('never has more requests in flight than threads', () => {
    const result = followed(senders(100, 10), service({ ratePerSecond: 200 }));
    expect(result).toMatchObject({ requests: 1_000, processed: 1_000, peakPending: 100 });
    expect(result.latency.longestMs).toBeCloseTo(500, 6);
    expect(result.latency.percentileMs(50)).toBeCloseTo(500, 0);
    expect(result.lastProcessedAtMs).toBeCloseTo(5_000, 6);
    expect(result.busiestSecondOfWork).toBe(200);
    // All threads send at the start. So the first second has one request of each thread, and the requests that follow
    // the first answers.
    expect(result.busiestSecond).toBeGreaterThanOrEqual(299);
  });

  test('keeps all slots busy until the last request', () => {
    const few = fc.integer({ min: 1, max: 20 });
    fc.assert(
      fc.property(few, few, few, few, (threads, requests, hands, ms) => {
        const result = followed(senders(threads, requests), service({ work: work(ms), concurrency: hands }));
        const rounds = threads >= hands ? Math.ceil((threads * requests) / hands) : requests;
        expect(result.lastProcessedAtMs).toBe(rounds * ms);
        expect(result.latency.longestMs).toBe(Math.ceil(threads / hands) * ms);
        expect(result.peakPending).toBe(threads);
      }),
    );
  });

  test('keeps the schedule of a rate when requests are refused', () => {
    const result = followed(senders(50, 20, 200), service({ work: work(10), acceptQueue: 9 }));
    // For 5 s, 200 requests arrive each second, and the service processes 100 of them.
    expect(result.requests).toBe(1_000);
    expect(result.peakPending).toBe(10);
    expect(result.processed).toBeGreaterThan(495);
    expect(result.processed).toBeLessThan(515);
    expect(result.latency.longestMs).toBeLessThanOrEqual(100);
  });

  test('keeps the schedule of a rate after a start delay', () => {
    const request = {
      name: 'r',
      url: 'http://h/',
      method: 'POST',
      headers: {},
      body: '{}',
      timeoutMs: 0,
    } as const;
    const group = { name: 'g', threads: 50, loops: 20, durationMs: null, rampUpMs: 0, requests: [request] };
    const delayed = { ...group, onSampleError: 'continue', startDelayMs: 5_000 } as const;
    const plan = { name: 'p', rate: 100, identity: IN_BODY, threadGroups: [delayed] };
    const result = followed(sendersOf(plan), service({ work: work(5) }));
    expect(result).toMatchObject({ requests: 1_000, processed: 1_000, peakPending: 1 });
  });

  test('times out requests that wait too long', () => {
    const result = followed(senders(10, 1), service({ work: work(100), timeoutMs: 350 }));
    expect(result.processed).toBe(4);
    expect(result.lastProcessedAtMs).toBe(400);
  });

  test('works on requests whose senders have given up, until the last sender ends', () => {
    const result = followed(impatient(senders(10, 1), 350), service({ work: work(100) }));
    expect(result).toMatchObject({ requests: 10, acked: 3, processed: 3, lastProcessedAtMs: 300 });
    expect(result.busiestSecondOfWork).toBe(4);
    // The second requests wait behind the first ones, which nobody waits for any more.
    const again = followed(impatient(senders(10, 2), 350), service({ work: work(100) }));
    expect(again).toMatchObject({ requests: 20, acked: 3, processed: 7, peakPending: 17 });
    expect(again.latency.longestMs).toBe(300);
    expect(followed(impatient(senders(10, 1), 1_000), service({ work: work(100) })).acked).toBe(10);
    const stopping = { ...impatient(senders(10, 1), 350), goOnAfterFailure: false };
    expect(closedLoop(stopping, service({ work: work(100) })).kind).toBe('failures');
  });

  test('interrupts requests at the start of an outage and refuses new ones', () => {
    const outages = [{ fromMs: 1_000, toMs: 3_000 }];
    const result = followed(senders(10, 20, 50), service({ work: work(15), outages }));
    // During the outage of two seconds, 100 requests arrive. The first one arrives exactly when the outage starts.
    expect(result.requests).toBe(200);
    expect(result.processed).toBe(100);
    // The service is processing the requests of 960 ms and 980 ms when the outage starts.
    const meets = followed(senders(10, 20, 50), service({ work: work(45), outages, concurrency: 3 }));
    expect(meets.processed).toBe(98);
  });

  test('counts failed requests as not processed, and does not retry them', () => {
    const result = followed(senders(10, 1_000), service({ work: work(1), failShare: 0.2, maxAttempts: 3 }));
    expect(result.processed / 10_000).toBeCloseTo(0.8, 1);
  });

  test('fails all requests not yet in work if an outage refuses the rest', () => {
    const outages = [{ fromMs: 1_000, toMs: 3_000 }];
    const result = followed(senders(100, 10), service({ ratePerSecond: 200, outages }));
    expect(result).toMatchObject({ requests: 1_000, processed: 200, peakPending: 100 });
    expect(result.lastProcessedAtMs).toBeCloseTo(1_000, 6);
    // During the outage, requests do not reach the service. It gets the first 100 requests and 200 after the outage.
    expect(result.busiestSecond).toBeLessThanOrEqual(300);
  });

  test('predicts nothing if the outcome depends on the machine', () => {
    const kind = (by: Senders, options: Partial<DirectService>) => closedLoop(by, service(options)).kind;
    expect(kind(senders(20, 2), { work: work(10), acceptQueue: 5 })).toBe('refusals');
    const outages = [{ fromMs: 1_000, toMs: 3_000 }];
    // The speed of the machine determines whether the service can refuse all requests of the threads within its outage
    // of two seconds.
    expect(kind(senders(100, 100), { ratePerSecond: 200, outages })).toBe('refusals');
    expect(kind(during(senders(2, Number.POSITIVE_INFINITY), 60_000), { work: work(2), outages })).toBe(
      'refusals',
    );
    const stopping = { ...senders(10, 5, 100), goOnAfterFailure: false };
    expect(kind(stopping, { work: work(20), acceptQueue: 0 })).toBe('failures');
  });

  test('stops after the largest number of requests that it follows', () => {
    const endless = during(senders(100, Number.POSITIVE_INFINITY), 300_000);
    expect(closedLoop(endless, service({ work: work(1), concurrency: 100 }))).toEqual({ kind: 'cut-off' });
  });
});
