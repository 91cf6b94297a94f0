import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evenTimes } from './arrivals/arrivals.ts';
import { leastInstances, leastRate, MAX_MODELLED_INSTANCES } from './least.ts';
import { modelOf } from './model/predict.ts';
import { serviceOfRate } from './service/service.ts';

const profiles = fc.array(
  fc
    .record({ fromMs: fc.nat(5000), lengthMs: fc.nat(5000), messages: fc.integer({ min: 2, max: 400 }) })
    .map(({ fromMs, lengthMs, messages }) => ({ fromMs, toMs: fromMs + lengthMs, messages })),
  { minLength: 1, maxLength: 3 },
);
const bounds = fc.record({
  maxWaitMs: fc.integer({ min: 5, max: 5000 }),
  percentile: fc.constantFrom(50, 90, 99, 100),
});
const models = fc
  .tuple(profiles, fc.boolean())
  .map(([pieces, exactly]) =>
    modelOf(exactly ? { kind: 'times', timesMs: evenTimes(pieces) } : { kind: 'profile', pieces }),
  );

describe('a limit on the wait', () => {
  test('finds a rate that is enough, while a rate 0.2 % lower is not', () => {
    fc.assert(
      fc.property(models, bounds, (model, bound) => {
        const rate = leastRate(model, [], bound);
        expect(rate).not.toBeNull();
        expect(model.keeps(serviceOfRate(rate ?? 0), bound)).toBe(true);
        // If even the lowest rate is enough, `leastRate` returns it. Then there is no lower rate to test.
        if (rate !== null && rate > 0.002) {
          expect(model.keeps(serviceOfRate(rate * 0.998), bound)).toBe(false);
        }
      }),
    );
  });

  test('finds instances that are enough while one fewer is not, unless the work alone takes too long', () => {
    fc.assert(
      fc.property(models, bounds, fc.integer({ min: 1, max: 200 }), (model, bound, rate) => {
        const service = serviceOfRate(rate);
        const instances = leastInstances(model, service, bound);
        if (1000 / rate > bound.maxWaitMs) {
          expect(instances).toBeNull();
          return;
        }
        if (instances === null) throw new Error('no number of instances');
        expect(model.keeps({ ...service, instances }, bound)).toBe(true);
        if (instances > 1) expect(model.keeps({ ...service, instances: instances - 1 }, bound)).toBe(false);
      }),
    );
  });

  test.each([
    [10, 90, 9],
    [1000, 99.9, 999],
    [70, 90, 63],
  ])('of %i messages at p%d counts the %ith, and not the next one', (count, percentile, counted) => {
    // One server with work of one second: message n of a burst is processed after n seconds.
    const model = modelOf({ kind: 'times', timesMs: Array<number>(count).fill(0) });
    const service = {
      ...serviceOfRate(1),
      ratePerSecond: null,
      work: { kind: 'constant', ms: 1000 },
    } as const;
    expect(model.keeps(service, { maxWaitMs: counted * 1000, percentile })).toBe(true);
    expect(model.keeps(service, { maxWaitMs: counted * 1000 - 1, percentile })).toBe(false);
  });

  test('needs 500/s, or ten instances of 50/s, for a burst of 1,000 within two seconds', () => {
    const timesMs = Array<number>(1000).fill(0);
    const model = modelOf({ kind: 'times', timesMs });
    const bound = { maxWaitMs: 2000, percentile: 100 };
    const rate = leastRate(model, [], bound) ?? 0;
    expect(rate).toBeGreaterThanOrEqual(500);
    expect(rate).toBeLessThan(501);
    expect(leastInstances(model, serviceOfRate(50), bound)).toBe(10);
    // If only half of the messages must be in time, half of the rate is enough.
    expect(leastRate(model, [], { maxWaitMs: 2000, percentile: 50 })).toBeLessThan(251);
  });

  test('finds no rate if an outage is longer than the limit', () => {
    const model = modelOf({ kind: 'profile', pieces: [{ fromMs: 0, toMs: 10_000, messages: 100 }] });
    const outages = [{ fromMs: 1000, toMs: 4000 }];
    const bound = { maxWaitMs: 2000, percentile: 100 };
    expect(leastRate(model, outages, bound)).toBeNull();
    expect(leastInstances(model, serviceOfRate(50, outages), bound)).toBeNull();
    expect(leastRate(model, outages, { maxWaitMs: 3500, percentile: 100 })).toBeGreaterThan(0);
  });

  test('does not answer with more instances than the largest modelled number', () => {
    const burst = [{ fromMs: 0, toMs: 0, messages: 100 * MAX_MODELLED_INSTANCES }];
    const model = modelOf({ kind: 'profile', pieces: burst });
    expect(leastInstances(model, serviceOfRate(1), { maxWaitMs: 1000, percentile: 100 })).toBeNull();
  });
});
