import fc from 'fast-check';
import type { Capacity } from '../capacity.ts';
import { mergeOutages } from '../outages.ts';
import type { Work } from '../work.ts';

/** Generates numbers up to `most` with at most `places` decimals, as a user would write them. */
const decimals = (most: number, places: number): fc.Arbitrary<number> =>
  fc.nat(places).chain((count) => fc.nat(most * 10 ** count).map((digits) => digits / 10 ** count));

const MOST_MS = 500 * 3_600_000;
const positiveMs = fc.oneof(
  fc.integer({ min: 1, max: MOST_MS }),
  decimals(10, 6).filter((ms) => ms > 0),
);

const works: fc.Arbitrary<Work> = fc.oneof(
  fc.record({ kind: fc.constant('constant' as const), ms: positiveMs }),
  fc.record({ kind: fc.constant('exponential' as const), meanMs: positiveMs }),
  fc.record({ kind: fc.constant('lognormal' as const), meanMs: positiveMs, sigma: decimals(5, 9) }),
  fc
    .tuple(fc.nat(MOST_MS), positiveMs)
    .map(([a, b]): Work => ({ kind: 'uniform', leastMs: Math.min(a, b), mostMs: Math.max(a, b) })),
);

const outages = fc
  .array(fc.tuple(fc.nat(MOST_MS), fc.nat(MOST_MS)), { maxLength: 4 })
  .map((spans) => mergeOutages(spans.map(([a, b]) => ({ fromMs: Math.min(a, b), toMs: Math.max(a, b) }))));

export const capacities: fc.Arbitrary<Capacity> = fc.record({
  ratePerSecond: fc.option(decimals(1_000_000, 7).filter((rate) => rate > 0)),
  instances: fc.integer({ min: 1, max: 100 }),
  concurrency: fc.integer({ min: 1, max: 10_000 }),
  work: fc.option(works),
  failShare: decimals(1, 9),
  outages,
});
