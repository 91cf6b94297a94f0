import { expect, test } from 'vitest';
import { seededRandom } from '../../size/structures/random.ts';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { Workers } from '../working/workers.ts';
import { Counter } from './counts.ts';

test('the busiest second counts the works that begin in it, whatever the order in which they end', async () => {
  const clock = new SimulatedClock();
  const counter = new Counter();
  const workers = new Workers({
    ratePerSecond: 20,
    concurrency: 100,
    work: { kind: 'uniform', leastMs: 0, mostMs: 3_000 },
    failShare: 0,
    clock,
    random: seededRandom(1, 'work'),
    onStart: (atMs) => counter.countStart(atMs),
  });
  const works = Array.from({ length: 200 }, async () => {
    const work = await workers.work();
    if (work.kind !== 'interrupted') counter.countAttempt(null, work.startedAtMs, work.finishedAtMs);
  });
  await clock.passTo(60_000);
  await Promise.all(works);
  expect(counter.counts.attempts).toBe(200);
  expect(counter.extremes.busiestSecond).toBe(20);
});

test('a work that begins counts before it ends', async () => {
  const clock = new SimulatedClock();
  const counter = new Counter();
  const workers = new Workers({
    ratePerSecond: null,
    concurrency: 5,
    work: { kind: 'constant', ms: 10_000 },
    failShare: 0,
    clock,
    onStart: (atMs) => counter.countStart(atMs),
  });
  for (let index = 0; index < 8; index++) void workers.work();
  await clock.passTo(1);
  expect(counter.extremes.busiestSecond).toBe(5);
});
