import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outage } from '../../capacity/outages.ts';
import { evenTimes, messagesOf, type RateProfile } from '../arrivals/arrivals.ts';
import { type Service, serviceOfRate } from '../service/service.ts';
import { fluid } from './fluid.ts';
import { lindley } from './lindley.ts';
import { predict, predictionOf } from './predict.ts';

const piece = fc
  .record({ fromMs: fc.nat(20_000), lengthMs: fc.nat(10_000), messages: fc.integer({ min: 1, max: 3000 }) })
  .map(({ fromMs, lengthMs, messages }) => ({ fromMs, toMs: fromMs + lengthMs, messages }));
const profiles = fc.array(piece, { minLength: 1, maxLength: 4 });
const outages = fc.array(
  fc
    .record({ fromMs: fc.nat(30_000), lengthMs: fc.integer({ min: 1, max: 8000 }) })
    .map(({ fromMs, lengthMs }): Outage => ({ fromMs, toMs: fromMs + lengthMs })),
  { maxLength: 2 },
);
const services = fc.record({
  instances: fc.integer({ min: 1, max: 3 }),
  ratePerSecond: fc.integer({ min: 20, max: 500 }),
});

const both = (pieces: RateProfile, service: Service) => ({
  mean: fluid(pieces, service),
  exact: lindley(evenTimes(pieces), service),
});

describe('the fluid model', () => {
  test('agrees with Lindley to within the work on two messages, for evenly spaced arrivals', () => {
    fc.assert(
      fc.property(profiles, services, (pieces, { instances, ratePerSecond }) => {
        const { mean, exact } = both(pieces, { ...serviceOfRate(ratePerSecond), instances });
        // In the exact model, a message starts after the message before it. In the fluid model, parts of a message
        // arrive and start earlier.
        const serviceMs = 1000 / ratePerSecond + 1000 / (instances * ratePerSecond);
        // In the exact model, a message counts as a whole until it is processed.
        expect(Math.abs(mean.peakBacklog - exact.peakBacklog)).toBeLessThanOrEqual(instances + 1);
        expect(Math.abs(mean.waits.longestMs - exact.waits.longestMs)).toBeLessThanOrEqual(serviceMs + 1e-6);
        expect(Math.abs(mean.messages - exact.messages)).toBeLessThan(1 + 1e-6);
      }),
      { numRuns: 200 },
    );
  });

  test('agrees with Lindley if there is an outage', () => {
    fc.assert(
      fc.property(profiles, outages, services, (pieces, stops, { instances, ratePerSecond }) => {
        const { mean, exact } = both(pieces, { ...serviceOfRate(ratePerSecond, stops), instances });
        expect(Math.abs(mean.peakBacklog - exact.peakBacklog)).toBeLessThanOrEqual(instances + 1);
        // If a message is due exactly when an outage starts or ends, one model may put the message before that time and
        // the other one after it.
        const stopsMs = stops.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
        const edges = 2 * pieces.length + stops.length + instances;
        const edgesMs = ((mean.waits.longestMs + stopsMs) * edges) / messagesOf(pieces);
        expect(Math.abs(mean.waits.meanMs - exact.waits.meanMs)).toBeLessThan(1000 / ratePerSecond + edgesMs);
      }),
      { numRuns: 200 },
    );
  });

  test('computes ten seconds at 500/s and fifty at 20/s, with a service of 100/s', () => {
    const pieces = [
      { fromMs: 0, toMs: 10_000, messages: 5000 },
      { fromMs: 10_000, toMs: 60_000, messages: 1000 },
    ];
    const { waits, ...result } = fluid(pieces, serviceOfRate(100));
    // After ten seconds, 4,000 messages are left. The last of them waits 40 s. From then on, the backlog shrinks by 80
    // per second.
    expect(result).toMatchObject({ messages: 6000, peakBacklog: 4000, peakAtMs: 10_000 });
    expect(waits.longestMs).toBeCloseTo(40_000, 6);
    // At 60 s the backlog is empty, and all 6,000 messages are processed.
    expect(result.drainedAtMs).toBeCloseTo(60_000, 6);
    // The first 5,000 messages wait 20 s on average, and the last 1,000 messages wait 20 s on average, too.
    expect(waits.meanMs).toBeCloseTo(20_000, 6);
    expect(waits.percentileMs(50)).toBeCloseTo(20_000, 3);
  });

  test('lets half of a burst wait at most half as long', () => {
    const { waits, peakBacklog, drainedAtMs } = fluid(
      [{ fromMs: 500, toMs: 500, messages: 1000 }],
      serviceOfRate(100),
    );
    expect([peakBacklog, drainedAtMs, waits.longestMs, waits.meanMs]).toEqual([1000, 10_500, 10_000, 5000]);
    expect(waits.percentileMs(99)).toBeCloseTo(9900, 6);
  });

  test('delays messages that arrive in an outage and messages due in it', () => {
    const pieces = [{ fromMs: 0, toMs: 20_000, messages: 1000 }];
    const { waits, ...result } = fluid(pieces, serviceOfRate(100, [{ fromMs: 5000, toMs: 15_000 }]));
    expect(result).toMatchObject({ peakBacklog: 500, peakAtMs: 15_000 });
    expect(waits.longestMs).toBeCloseTo(10_000, 6);
    // At 15 s, 500 messages are left. Until 20 s, 100 per second are processed and 50 per second arrive, so 250 are
    // left.
    expect(result.drainedAtMs).toBeCloseTo(22_500, 6);
  });

  test('does not delay a message that ends exactly when an outage starts', () => {
    const pieces = [{ fromMs: 0, toMs: 10_000, messages: 1000 }];
    const { waits, drainedAtMs } = fluid(pieces, serviceOfRate(100, [{ fromMs: 10_000, toMs: 20_000 }]));
    expect([waits.longestMs, drainedAtMs]).toEqual([0, 10_000]);
  });

  test('joins outages that touch or overlap', () => {
    const pieces = [{ fromMs: 0, toMs: 20_000, messages: 1000 }];
    const [one, two] = [
      [{ fromMs: 2000, toMs: 9000 }],
      [
        { fromMs: 5000, toMs: 9000 },
        { fromMs: 2000, toMs: 5000 },
        { fromMs: 3000, toMs: 8000 },
      ],
    ].map((stops) => predictionOf(fluid(pieces, serviceOfRate(70, stops))));
    expect(two).toEqual(one);
  });

  test('has percentiles that rise up to the longest wait', () => {
    fc.assert(
      fc.property(profiles, outages, services, (pieces, stops, { ratePerSecond }) => {
        const { waits } = fluid(pieces, serviceOfRate(ratePerSecond, stops));
        const percentiles = [10, 50, 90, 99, 99.9, 100].map((p) => waits.percentileMs(p));
        expect(percentiles).toEqual(percentiles.toSorted((a, b) => a - b));
        expect(waits.meanMs).toBeLessThanOrEqual(waits.longestMs);
        expect(waits.percentileMs(100)).toBe(waits.longestMs);
      }),
    );
  });

  test('is used for profiles, and Lindley for arrival times', () => {
    const pieces = [{ fromMs: 0, toMs: 0, messages: 10 }];
    const service = serviceOfRate(10);
    expect(predict({ kind: 'profile', pieces }, service).longestWaitMs).toBe(1000);
    expect(predict({ kind: 'times', timesMs: evenTimes(pieces) }, service).longestWaitMs).toBe(900);
  });

  test('accepts an empty profile', () => {
    expect(predictionOf(fluid([], serviceOfRate(10)))).toMatchObject({
      messages: 0,
      peakBacklog: 0,
      longestWaitMs: 0,
      p99WaitMs: 0,
    });
  });
});
