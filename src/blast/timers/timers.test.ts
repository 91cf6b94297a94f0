import { describe, expect, it } from 'vitest';
import { literal } from '../../plan/language/filled-text.ts';
import { textOf } from '../../plan/language/run-time.ts';
import { ThreadVariables } from '../../plan/language/thread-variables.ts';
import type { PreciseTimer, ThroughputMode, Timer } from '../../plan/timers/timer.ts';
import { Arrivals } from './arrivals.ts';
import { javaRandom } from './java-random.ts';
import { randomDelayMs } from './random-delay.ts';
import { RunTimers } from './run-timers.ts';

const START_MS = 1_800_000_000_000;
const GROUP = {};
const OTHER_GROUP = {};

function threadIn(group: object, variables: Readonly<Record<string, string>> = {}) {
  const scope = { variables: new ThreadVariables(Object.entries(variables)), mention: () => '' };
  return { group, textOf: (text: Parameters<typeof textOf>[0]) => textOf(text, scope) };
}

function at(elapsedMs: number, all = 1, inGroup = 1) {
  return [elapsedMs, { all, inGroup }] as const;
}

function throughput(perMinute: string, mode: ThroughputMode, element = 'T'): Timer[] {
  return [{ kind: 'throughput', element, perMinute: literal(perMinute), mode }];
}

describe('the sum of all timers', () => {
  it('has the delay of each timer', () => {
    const timers: Timer[] = [
      { delayMs: 5, rangeMs: 0 },
      { delayMs: 1, rangeMs: 10 },
      { kind: 'uniform', delay: [{ variable: 'delay' }], range: literal('10.5') },
      { kind: 'uniform', delay: literal('-2'), range: [] },
      { kind: 'uniform', delay: literal('19412.5'), range: [] },
    ];
    const thread = threadIn(GROUP, { delay: '100' });
    expect(new RunTimers(START_MS, () => 0).waitMs(timers, thread, ...at(0))).toBe(5 + 1 + 100 - 2);
    expect(new RunTimers(START_MS, () => 0.999).waitMs(timers, thread, ...at(0))).toBe(5 + 10 + 110 - 2);
  });
});

describe('a random delay', () => {
  const drawn = (kind: 'gaussian' | 'poisson', delay: number, range: number) => {
    const random = javaRandom(7);
    return Array.from({ length: 20_000 }, () => randomDelayMs(kind, delay, range, random));
  };
  const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;
  const variance = (values: readonly number[]) => {
    const middle = mean(values);
    return mean(values.map((each) => (each - middle) ** 2));
  };

  it('is normally distributed with a Gaussian Random Timer, and never negative', () => {
    const values = drawn('gaussian', 1000, 100);
    expect(mean(values)).toBeCloseTo(1000, -1);
    expect(Math.sqrt(variance(values))).toBeCloseTo(100, -1);
    expect(Math.min(...drawn('gaussian', 0, 100))).toBe(0);
  });

  it.each([0, 5, 30, 31, 300])('has the Poisson distribution with the mean %d', (lambda) => {
    const values = drawn('poisson', 1000, lambda);
    expect(Math.abs(mean(values) - 1000 - lambda)).toBeLessThan(0.5);
    expect(Math.abs(variance(values) - lambda)).toBeLessThan(0.05 * lambda + 0.01);
    expect(values.every(Number.isInteger)).toBe(true);
  });
});

describe('a Constant Throughput Timer', () => {
  it('waits for the time between two requests of a thread, but not before the first', () => {
    const timers = new RunTimers(START_MS);
    const thread = threadIn(GROUP);
    const wait = (elapsedMs: number) =>
      timers.waitMs(throughput('600.0', 'thread'), thread, ...at(elapsedMs));
    expect([wait(5), wait(35), wait(110), wait(500), wait(500)]).toEqual([0, 70, 95, 0, 100]);
  });

  it('has a state for each timer and each thread', () => {
    const timers = new RunTimers(START_MS);
    const [one, two] = [threadIn(GROUP), threadIn(GROUP)];
    expect(timers.waitMs(throughput('600', 'thread'), one, ...at(0))).toBe(0);
    expect(timers.waitMs(throughput('600', 'thread'), two, ...at(0))).toBe(0);
    expect(timers.waitMs(throughput('600', 'thread', 'U'), one, ...at(0))).toBe(0);
    expect(timers.waitMs(throughput('600', 'thread'), one, ...at(0))).toBe(100);
  });

  it('multiplies the time by the number of active threads', () => {
    const timers = new RunTimers(START_MS);
    const thread = threadIn(GROUP);
    const wait = (mode: ThroughputMode, elapsedMs: number, all: number, inGroup: number) =>
      timers.waitMs(throughput('600', mode, mode), thread, ...at(elapsedMs, all, inGroup));
    expect([wait('all', 0, 5, 2), wait('all', 0, 5, 2), wait('all', 500, 3, 2)]).toEqual([0, 500, 300]);
    expect([wait('group', 0, 5, 2), wait('group', 0, 5, 2)]).toEqual([0, 200]);
  });

  it.each(['all shared', 'group shared'] as const)('shares the schedule of the mode: %s', (mode) => {
    const timers = new RunTimers(START_MS);
    const threads = [threadIn(GROUP), threadIn(GROUP), threadIn(OTHER_GROUP)];
    const waits = [0, 0, 0, 0, 0, 0].map((ms, index) => {
      const thread = threads[index % 3];
      return thread && timers.waitMs(throughput('600', mode), thread, ...at(ms));
    });
    expect(waits).toEqual(mode === 'all shared' ? [0, 0, 0, 300, 400, 500] : [0, 0, 0, 200, 300, 100]);
  });

  it('reads the throughput for each request, and waits without an end for a throughput of 0', () => {
    const timers = new RunTimers(START_MS);
    const perMinute = [{ variable: 'perMinute' }];
    const timer: Timer[] = [{ kind: 'throughput', element: 'T', perMinute, mode: 'thread' }];
    expect(timers.waitMs(timer, threadIn(GROUP, { perMinute: '60' }), ...at(0))).toBe(0);
    expect(timers.waitMs(timer, threadIn(GROUP, { perMinute: 'none' }), ...at(0))).toBeGreaterThan(2 ** 62);
    expect(timers.waitMs(timer, threadIn(GROUP, { perMinute: '-1' }), ...at(0))).toBe(0);
  });
});

describe('a Precise Throughput Timer', () => {
  const timer: PreciseTimer = {
    kind: 'precise',
    throughput: 4,
    periodSeconds: 1,
    durationSeconds: 2,
    batchSize: 1,
    seed: 42,
  };

  it('draws the same random numbers as Java', () => {
    const random = javaRandom(42);
    expect([random(), random()]).toEqual([0.7275636800328681, 0.6832234717598454]);
  });

  it('lets the exact number of messages leave in each duration, in order', () => {
    const arrivals = new Arrivals(timer, javaRandom(42));
    const times = Array.from({ length: 16 }, () => arrivals.next());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.filter((each) => each < 2)).toHaveLength(8);
    expect(times.filter((each) => each >= 2 && each < 4)).toHaveLength(8);
  });

  it('lets the messages of a batch leave together', () => {
    const arrivals = new Arrivals({ ...timer, batchSize: 4 }, javaRandom(42));
    const times = Array.from({ length: 8 }, () => arrivals.next());
    expect(new Set(times.slice(0, 4)).size).toBe(1);
    expect(new Set(times).size).toBe(2);
  });

  it('has one schedule for all threads of a group', () => {
    const timers = new RunTimers(START_MS);
    const waits = Array.from({ length: 8 }, (_, index) =>
      timers.waitMs([timer], threadIn(GROUP), ...at(index < 4 ? 0 : 2_000)),
    );
    const arrivals = new Arrivals(timer, javaRandom(42));
    const due = waits.map(() => Math.trunc(arrivals.next() * 1000));
    expect(waits).toEqual(due.map((ms, index) => (index < 4 ? ms : 0)));
    expect(timers.waitMs([timer], threadIn(OTHER_GROUP), ...at(0))).toBe(due[0]);
  });
});
