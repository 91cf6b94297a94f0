import { describe, expect, test } from 'vitest';
import type { Work } from '../../capacity/work.ts';
import type { Service } from '../service/service.ts';
import { sizings } from '../sizing.ts';
import { seededRandom } from '../structures/random.ts';
import { DEFAULT_SEED } from './lindley.ts';
import type { Prediction } from './predict.ts';

/** Number of messages for which the standard error of the mean waiting time is about 1 % at the tested loads. */
const MESSAGES = 1_000_000;
const MEAN_MS = 10;
const SEEDS = [DEFAULT_SEED, 42];

const exponential: Work = { kind: 'exponential', meanMs: MEAN_MS };
const BASE: Service = {
  instances: 1,
  ratePerSecond: null,
  work: exponential,
  concurrency: 1,
  failShare: 0,
  outages: [],
  maxAttempts: 1,
};

/** The prediction of `qbl size --poisson` by Lindley's recursion. `load` is the load of each server. */
function predicted(service: Service, load: number, meanMs: number, seed: number): Prediction {
  const servers = service.instances * service.concurrency;
  const toMs = (MESSAGES * meanMs) / (load * servers);
  const pieces = [{ fromMs: 0, toMs, messages: MESSAGES }];
  const question = { service, bound: null, outages: [] };
  const lindley = sizings({ kind: 'profile', pieces }, 'poisson', seed, question).at(-1);
  if (lindley?.model !== 'lindley') throw new Error('too many messages to follow');
  return lindley.prediction;
}

function expectWithin3Percent(value: number, expected: number): void {
  expect(Math.abs(value / expected - 1), `${value} for ${expected}`).toBeLessThan(0.03);
}

describe.each(SEEDS)('with random arrivals and seed %i the mean wait', (seed) => {
  // The formula of Pollaczek and Khinchine for the mean waiting time: λ·E[S²] / (2·(1 − ρ)).
  test.each<[string, Work, number, number]>([
    ['M/D/1', { kind: 'constant', ms: MEAN_MS }, 0.8, MEAN_MS ** 2],
    ['M/M/1', exponential, 0.5, 2 * MEAN_MS ** 2],
    ['M/M/1', exponential, 0.8, 2 * MEAN_MS ** 2],
    ['M/U/1', { kind: 'uniform', leastMs: 0, mostMs: 2 * MEAN_MS }, 0.8, (4 / 3) * MEAN_MS ** 2],
    [
      'M/G/1, log-normal',
      { kind: 'lognormal', meanMs: MEAN_MS, sigma: 0.5 },
      0.8,
      MEAN_MS ** 2 * Math.exp(0.25),
    ],
  ])('of %s agrees with Pollaczek and Khinchine', (_, work, load, meanSquare) => {
    const { meanWaitMs, meanUtilisation } = predicted({ ...BASE, work }, load, MEAN_MS, seed);
    expectWithin3Percent(meanWaitMs, ((load / MEAN_MS) * meanSquare) / (2 * (1 - load)));
    expectWithin3Percent(meanUtilisation, load);
  });

  test.each([
    ['2 instances', { instances: 2 }],
    ['5 instances', { instances: 5 }],
    ['1 instance with 5 at a time', { concurrency: 5 }],
  ])('of M/M/c with %s agrees with Erlang C', (_, servers) => {
    const service = { ...BASE, ...servers };
    const count = service.instances * service.concurrency;
    const { meanWaitMs } = predicted(service, 0.8, MEAN_MS, seed);
    expectWithin3Percent(meanWaitMs, (erlangC(count, 0.8 * count) * MEAN_MS) / (count * (1 - 0.8)));
  });

  test('with half of the attempts failing agrees with M/M/1 at twice the work time', () => {
    // The total time of a random (geometric) number of exponential attempts is exponential too, so the formula of
    // M/M/1 holds.
    const { meanWaitMs } = predicted({ ...BASE, failShare: 0.5, maxAttempts: 1_000 }, 0.8, 2 * MEAN_MS, seed);
    expectWithin3Percent(meanWaitMs, (0.8 * 2 * MEAN_MS) / (1 - 0.8));
  });

  test('of M/M/1 has the exponential tail of the theory', () => {
    const { p99WaitMs } = predicted(BASE, 0.8, MEAN_MS, seed);
    expectWithin3Percent(p99WaitMs, (Math.log(0.8 / 0.01) * MEAN_MS) / (1 - 0.8));
  });
});

/** The probability that all servers are busy, by the formula of Erlang (1917). */
function erlangC(servers: number, offered: number): number {
  let blocking = 1;
  for (let count = 1; count <= servers; count++) {
    blocking = (offered * blocking) / (count + offered * blocking);
  }
  return blocking / (1 - (offered / servers) * (1 - blocking));
}

test('random streams of one seed, and of two seeds, are uncorrelated', () => {
  const streams = [
    seededRandom(1, 'arrivals'),
    seededRandom(1, 'work'),
    seededRandom(1, 'failures'),
    seededRandom(2, 'arrivals'),
  ].map((next) => Array.from({ length: 100_000 }, () => next() - 0.5));
  for (const [index, first] of streams.entries()) {
    for (const second of streams.slice(index + 1)) {
      const product = first.reduce((sum, value, place) => sum + value * (second[place] ?? 0), 0);
      // The variance of a uniform random number is 1/12. The limit is four standard errors of the mean of 100,000
      // products.
      expect(Math.abs((12 * product) / first.length)).toBeLessThan(4 / Math.sqrt(first.length));
    }
  }
});
