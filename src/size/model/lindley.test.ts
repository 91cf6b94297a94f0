import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outage } from '../../capacity/outages.ts';
import type { Work } from '../../capacity/work.ts';
import { type Service, serviceOfRate } from '../service/service.ts';
import { lindley } from './lindley.ts';
import { predictionOf } from './predict.ts';

/**
 * The tests use whole numbers, which have no rounding errors. So work often starts or ends exactly when an outage
 * starts or ends.
 */
const outages = fc.array(
  fc.record({ fromMs: fc.nat(400), length: fc.integer({ min: 1, max: 100 }) }).map(({ fromMs, length }) => ({
    fromMs,
    toMs: fromMs + length,
  })),
  { maxLength: 3 },
);

const times = fc
  .array(fc.nat(500), { minLength: 1, maxLength: 60 })
  .map((list) => list.toSorted((a, b) => a - b));

/** If an attempt starts late by at most this time, the later start times of the instance stay the same. */
const CATCHES_UP_MS = 20;

interface InWork {
  readonly leftMs: number;
  readonly arrivedMs: number;
}

/** Simulates the service in a different and slower way: millisecond by millisecond. */
function naive(arrivals: readonly number[], { instances, ratePerSecond, work, ...rest }: Service) {
  const workMs = work?.kind === 'constant' ? work.ms : 1000 / (ratePerSecond ?? 1);
  const hands = work === null ? 1 : rest.concurrency;
  const pauseMs = work === null || ratePerSecond === null ? 0 : 1000 / ratePerSecond;
  const state = Array.from({ length: instances }, () => ({
    left: [] as InWork[],
    pause: Number.NEGATIVE_INFINITY,
  }));
  const waiting: number[] = [];
  const waits: number[] = [];
  const untilProcessed: number[] = [];
  let next = 0;
  let [peak, drainedAtMs] = [0, 0];
  for (let ms = 0; waits.length < arrivals.length || state.some(({ left }) => left.length > 0); ms++) {
    for (; arrivals[next] === ms; next++) waiting.push(ms);
    const isOut = rest.outages.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
    const busyBefore = state.reduce((sum, { left }) => sum + left.length, 0);
    if (next > 0 && arrivals[next - 1] === ms) peak = Math.max(peak, busyBefore + waiting.length);
    if (isOut) continue;
    for (const instance of state) {
      while (waiting.length > 0 && instance.left.length < hands && instance.pause <= 0) {
        const arrivedMs = waiting.shift() ?? 0;
        waits.push(ms - arrivedMs);
        instance.left.push({ leftMs: workMs, arrivedMs });
        instance.pause = (instance.pause < -CATCHES_UP_MS ? 0 : instance.pause) + pauseMs;
      }
    }
    for (const instance of state) {
      instance.pause -= 1;
      const left = instance.left.map(({ leftMs, arrivedMs }) => ({ leftMs: leftMs - 1, arrivedMs }));
      const done = left.filter(({ leftMs }) => leftMs === 0);
      if (done.length > 0) drainedAtMs = Math.max(drainedAtMs, ms + 1);
      untilProcessed.push(...done.map(({ arrivedMs }) => ms + 1 - arrivedMs));
      instance.left = left.filter(({ leftMs }) => leftMs > 0);
    }
  }
  const sum = waits.reduce((total, wait) => total + wait, 0);
  const longestUntilProcessed = Math.max(...untilProcessed);
  return { longest: Math.max(...waits), longestUntilProcessed, mean: sum / waits.length, peak, drainedAtMs };
}

const services: fc.Arbitrary<Service> = fc.record({
  instances: fc.integer({ min: 1, max: 4 }),
  ratePerSecond: fc.constantFrom(null, 1000, 500, 200, 100, 50),
  work: fc.integer({ min: 1, max: 40 }).map((ms): Work => ({ kind: 'constant', ms })),
  concurrency: fc.integer({ min: 1, max: 3 }),
  failShare: fc.constant(0),
  outages,
  maxAttempts: fc.constant(1),
});

/**
 * If two instances could start a message, both choices are correct and the models may differ. So only one instance is
 * tested then.
 */
const unambiguous = (service: Service): Service =>
  service.ratePerSecond !== null ? { ...service, instances: 1 } : service;

describe("Lindley's recursion", () => {
  test('agrees with a simulation of every millisecond', () => {
    fc.assert(
      fc.property(times, services, fc.boolean(), (arrivals, service, byRate) => {
        const asked =
          byRate && service.ratePerSecond !== null ? { ...service, work: null } : unambiguous(service);
        const { peakBacklog, drainedAtMs, waits, untilProcessed } = lindley(arrivals, asked);
        const expected = naive(arrivals, asked);
        expect(waits.longestMs).toBeCloseTo(expected.longest, 6);
        expect(untilProcessed.longestMs).toBeCloseTo(expected.longestUntilProcessed, 6);
        expect(waits.meanMs).toBeCloseTo(expected.mean, 6);
        expect([peakBacklog, drainedAtMs]).toEqual([expected.peak, expected.drainedAtMs]);
      }),
      { numRuns: 1000 },
    );
  });

  test('makes the last message of a burst wait for all messages before it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 1000 }), (count, rate) => {
        const result = lindley(Array(count).fill(7000), serviceOfRate(rate));
        expect(result.peakBacklog).toBe(count);
        expect(result.peakAtMs).toBe(7000);
        expect(result.waits.longestMs).toBeCloseTo(((count - 1) * 1000) / rate, 6);
        expect(result.drainedAtMs).toBeCloseTo(7000 + (count * 1000) / rate, 6);
        expect(result.meanUtilisation).toBeCloseTo(1, 6);
      }),
    );
  });

  test('has no waits and a utilisation of λ/μ for D/D/1 below its capacity', () => {
    const result = predictionOf(
      lindley(
        Array.from({ length: 10_000 }, (_, i) => i * 25),
        serviceOfRate(50),
      ),
    );
    expect(result).toMatchObject({ peakBacklog: 1, longestWaitMs: 0, p99WaitMs: 0, drainedAtMs: 249_995 });
    expect(result.meanUtilisation).toBeCloseTo(0.8, 3);
  });

  test('has a utilisation of 100 % for a server that is never idle, however long its random work takes', () => {
    const work: Work = { kind: 'exponential', meanMs: 1000 };
    for (let seed = 1; seed <= 10; seed++) {
      const service = { ...serviceOfRate(1), ratePerSecond: null, work };
      expect(lindley(Array(10).fill(0), service, seed).meanUtilisation, `seed ${seed}`).toBeCloseTo(1, 9);
      const failing = { ...service, failShare: 0.5, maxAttempts: 3 };
      expect(lindley(Array(10).fill(0), failing, seed).meanUtilisation, `seed ${seed}`).toBeCloseTo(1, 9);
    }
  });

  test('gives the same result for any origin of the clock', () => {
    const epochMs = 1_795_000_000_000;
    const moved = ({ fromMs, toMs }: Outage) => ({ fromMs: fromMs + epochMs, toMs: toMs + epochMs });
    const [near, stop] = [[0, 1, 2, 50, 51], { fromMs: 10, toMs: 40 }];
    const here = lindley(near, serviceOfRate(100, [stop]));
    const there = lindley(
      near.map((ms) => ms + epochMs),
      serviceOfRate(100, [moved(stop)]),
    );
    expect(there.waits.longestMs).toBe(here.waits.longestMs);
    expect(there.drainedAtMs - epochMs).toBe(here.drainedAtMs);
    expect(there.peakAtMs - epochMs).toBe(here.peakAtMs);
  });

  test('ends work that takes no time when it starts, also if the message arrived in an outage', () => {
    const work: Work = { kind: 'constant', ms: 0 };
    const service = { ...serviceOfRate(1, [{ fromMs: 1_000, toMs: 9_000 }]), work };
    const { untilProcessed, drainedAtMs } = lindley([0, 2_000, 2_500], service);
    expect(untilProcessed.percentileMs(50)).toBeCloseTo(7_000, -1);
    expect(untilProcessed.longestMs).toBe(7_500);
    expect(drainedAtMs).toBe(10_000);
  });

  test('accepts no arrivals', () => {
    expect(predictionOf(lindley([], serviceOfRate(10)))).toMatchObject({
      messages: 0,
      peakBacklog: 0,
      longestWaitMs: 0,
      p99WaitMs: 0,
      meanUtilisation: 0,
    });
  });
});
