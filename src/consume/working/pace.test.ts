import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Capacity } from '../../capacity/capacity.ts';
import { seededRandom } from '../../size/structures/random.ts';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { inFlightLimit } from './in-flight-limit.ts';
import { Pace } from './pace.ts';
import { Workers } from './workers.ts';

const RATE = { instances: 2, ratePerSecond: 50, work: null, concurrency: 1 };

/** Calls `look` every 100 ms of simulated time. Between two calls, `startsPerLook` attempts start. */
function look(pace: Pace, seconds: number, startsPerLook: number, waiting: number | null = 500, fromMs = 0) {
  for (let i = 0; i <= seconds * 10; i++) pace.look(fromMs + i * 100, waiting, i * startsPerLook);
}

test('tells a kept rate from a missed one', () => {
  const [kept, missed] = [new Pace(RATE), new Pace(RATE)];
  look(kept, 5, 10);
  look(missed, 5, 2);
  expect(kept.result).toEqual({
    configuredPerSecond: 100,
    achievedPerSecond: 100,
    backlogMs: 5_000,
    isKept: true,
  });
  expect(missed.result).toMatchObject({ achievedPerSecond: 20, isKept: false });
});

test('has no result for a service that is idle, away or without a limit', () => {
  const idle = new Pace(RATE);
  look(idle, 5, 0, 2);
  look(idle, 5, 0, null, 5_000);
  expect(idle.result).toBeNull();
  const unbound = new Pace({ ...RATE, ratePerSecond: null });
  look(unbound, 5, 3);
  expect(unbound.result).toBeNull();
});

test('allows a random difference from the mean for random work only', () => {
  const work = { kind: 'exponential', meanMs: 100 } as const;
  const service = { instances: 1, concurrency: 1, ratePerSecond: null };
  const [random, constant] = [
    new Pace({ ...service, work }),
    new Pace({ ...service, work: { kind: 'constant', ms: 100 } }),
  ];
  for (const pace of [random, constant]) look(pace, 10, 0.85);
  expect([random.result?.isKept, constant.result?.isKept]).toEqual([true, false]);
});

test('allows a larger difference for work that varies more', () => {
  const lognormal = { kind: 'lognormal', meanMs: 10, sigma: 2 } as const;
  const pace = new Pace({ instances: 1, concurrency: 1, ratePerSecond: null, work: lognormal });
  look(pace, 20, 7);
  expect(pace.result?.isKept).toBe(true);
});

test('expects as many starts as the mean of log-normal work allows', () => {
  const lognormal = { kind: 'lognormal', meanMs: 10, sigma: 2 } as const;
  const pace = new Pace({ instances: 1, concurrency: 1, ratePerSecond: 1_000, work: lognormal });
  look(pace, 20, 10);
  expect(pace.result?.configuredPerSecond).toBeGreaterThan(97);
  expect(pace.result?.configuredPerSecond).toBeLessThanOrEqual(100);
});

test.each([
  [50, 20, 1],
  [500, 2, 1],
  [200, 20, 4],
])(
  'expects as many starts of %d/s and work of %d ms, %d at a time, as such an instance makes',
  async (...service) => {
    const [ratePerSecond, meanMs, concurrency] = service;
    const work = { kind: 'exponential', meanMs } as const;
    const perSecond = await startsPerSecond({ ratePerSecond, concurrency, work });
    const pace = new Pace({ ratePerSecond, concurrency, work, instances: 1 });
    look(pace, 100, perSecond / 10);
    expect(pace.result?.isKept).toBe(true);
    expect(pace.result?.configuredPerSecond).toBeGreaterThan(0.97 * perSecond);
    expect(pace.result?.configuredPerSecond).toBeLessThan(1.03 * perSecond);
    expect(perSecond).toBeLessThan(0.95 * ratePerSecond);
  },
);

/** Lets an instance work for 10,000 intervals of its rate, while messages always wait. */
async function startsPerSecond(service: Pick<Capacity, 'ratePerSecond' | 'concurrency' | 'work'>) {
  const clock = new SimulatedClock();
  const seconds = 10_000 / (service.ratePerSecond ?? 1);
  let starts = 0;
  const onStart = () => {
    starts++;
  };
  const random = seededRandom(5, 'work');
  const workers = new Workers({ ...service, failShare: 0, clock, random, onStart });
  const again = (): void => void workers.work().then(again);
  for (let i = 0; i < 2 * service.concurrency; i++) again();
  await clock.passTo(seconds * 1000);
  return starts / seconds;
}

test('allows enough messages in flight for round trips of half a second', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 2_000 }),
      fc.integer({ min: 1, max: 50 }),
      (ratePerSecond, concurrency) => {
        const limit = inFlightLimit({ ratePerSecond, concurrency, work: null });
        expect(limit).toBeGreaterThanOrEqual(Math.max(2 * concurrency, ratePerSecond / 2));
        expect(limit).toBeLessThanOrEqual(2 * concurrency + ratePerSecond / 2 + 1);
      },
    ),
  );
  expect(inFlightLimit({ ratePerSecond: null, concurrency: 4, work: { kind: 'constant', ms: 20 } })).toBe(
    104,
  );
  expect(inFlightLimit({ ratePerSecond: null, concurrency: 1, work: null })).toBe(1_001);
});
