import { describe, expect, test } from 'vitest';
import { evenTimes, poissonTimes, type RateProfile } from '../../size/arrivals/arrivals.ts';
import { predict } from '../../size/model/predict.ts';
import type { Service } from '../../size/service/service.ts';
import { seededRandom } from '../../size/structures/random.ts';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { inFlightLimit } from './in-flight-limit.ts';
import { runOutages } from './outages.ts';
import { Workers } from './workers.ts';

/** A message in the queue, and the time at which its work starts. */
interface Message {
  readonly arrivedAtMs: number;
  startedAtMs: number | null;
}

interface Measured {
  readonly peakBacklog: number;
  readonly longestWaitMs: number;
  readonly drainedAtMs: number;
}

/**
 * Simulates the instances of a service behind a queue. A message that an outage interrupts returns to the queue. A
 * message whose attempt failed is tried again.
 */
class Bed {
  readonly #clock = new SimulatedClock();
  readonly #service: Service;
  readonly #instances: readonly Workers[];
  readonly #inHand: number[];
  readonly #queue: Message[] = [];
  #backlog = 0;
  #peakBacklog = 0;
  #longestWaitMs = 0;
  #drainedAtMs = 0;
  #isAway = false;

  constructor(service: Service) {
    this.#service = service;
    const { instances, ratePerSecond, concurrency, work, failShare } = service;
    const one = (_: unknown, index: number) =>
      new Workers({
        ratePerSecond,
        concurrency,
        work,
        failShare,
        clock: this.#clock,
        random: seededRandom(100 + index, 'work'),
      });
    this.#instances = Array.from({ length: instances }, one);
    this.#inHand = this.#instances.map(() => 0);
  }

  async measure(timesMs: Iterable<number>, untilMs: number): Promise<Measured> {
    const signal = new AbortController().signal;
    const outages = runOutages(0, {
      outages: this.#service.outages,
      clock: this.#clock,
      signal,
      leave: async () => {
        this.#isAway = true;
        for (const workers of this.#instances) workers.leave();
      },
      comeBack: async () => {
        this.#isAway = false;
        for (const workers of this.#instances) workers.comeBack();
        this.#handOut();
      },
    });
    const sending = this.#send(timesMs, signal);
    await this.#clock.passTo(untilMs);
    await Promise.all([outages, sending]);
    expect(this.#backlog, 'processes all messages').toBe(0);
    return {
      peakBacklog: this.#peakBacklog,
      longestWaitMs: this.#longestWaitMs,
      drainedAtMs: this.#drainedAtMs,
    };
  }

  async #send(timesMs: Iterable<number>, signal: AbortSignal): Promise<void> {
    for (const arrivedAtMs of timesMs) {
      await this.#clock.until(arrivedAtMs, signal);
      this.#backlog++;
      this.#peakBacklog = Math.max(this.#peakBacklog, this.#backlog);
      this.#queue.push({ arrivedAtMs, startedAtMs: null });
      this.#handOut();
    }
  }

  #handOut(): void {
    const most = inFlightLimit(this.#service);
    while (!this.#isAway && this.#queue.length > 0) {
      const least = Math.min(...this.#inHand);
      const message = least < most ? this.#queue.shift() : undefined;
      if (message === undefined) return;
      void this.#process(message, this.#inHand.indexOf(least));
    }
  }

  async #process(message: Message, instance: number): Promise<void> {
    const { maxAttempts } = this.#service;
    this.#inHand[instance] = (this.#inHand[instance] ?? 0) + 1;
    const ended = await this.#attempts(message, this.#instances[instance] as Workers, maxAttempts);
    this.#inHand[instance] = (this.#inHand[instance] ?? 0) - 1;
    if (ended === 'given back') this.#queue.unshift(message);
    else {
      this.#backlog--;
      this.#drainedAtMs = this.#clock.now();
    }
    this.#handOut();
  }

  async #attempts(message: Message, workers: Workers, most: number): Promise<'done' | 'given back'> {
    for (let attempt = 1; attempt <= most; attempt++) {
      const work = await workers.work();
      if (work.kind === 'interrupted') return 'given back';
      message.startedAtMs ??= work.startedAtMs;
      this.#longestWaitMs = Math.max(this.#longestWaitMs, message.startedAtMs - message.arrivedAtMs);
      if (work.kind === 'done') break;
    }
    return 'done';
  }
}

/** With this many messages, two random simulations give almost the same result. */
const BURST: RateProfile = [
  { fromMs: 0, toMs: 6_000, messages: 2_400 },
  { fromMs: 6_000, toMs: 20_000, messages: 280 },
];
const BASE: Service = {
  instances: 1,
  ratePerSecond: 200,
  work: null,
  concurrency: 1,
  failShare: 0,
  outages: [],
  maxAttempts: 1,
};

describe('predicts within 15 % the figures of a service', () => {
  test.each<[string, Partial<Service>]>([
    ['of a rate', {}],
    ['of a rate, with an outage', { outages: [{ fromMs: 1_000, toMs: 3_000 }] }],
    ['of several instances', { ratePerSecond: 50, instances: 4 }],
    ['whose work is constant', { ratePerSecond: null, work: { kind: 'constant', ms: 20 }, concurrency: 4 }],
    [
      'whose work is exponential',
      { ratePerSecond: null, work: { kind: 'exponential', meanMs: 20 }, concurrency: 2, instances: 2 },
    ],
    [
      'whose work is log-normal, with an outage',
      {
        ratePerSecond: null,
        work: { kind: 'lognormal', meanMs: 20, sigma: 0.5 },
        concurrency: 4,
        outages: [{ fromMs: 500, toMs: 2_500 }],
      },
    ],
    [
      'with a rate and work',
      { ratePerSecond: 100, work: { kind: 'uniform', leastMs: 0, mostMs: 30 }, concurrency: 3, instances: 2 },
    ],
    ['that fails and tries again', { failShare: 0.3, maxAttempts: 3 }],
    [
      'that fails with several hands and an outage',
      {
        ratePerSecond: null,
        work: { kind: 'exponential', meanMs: 10 },
        concurrency: 2,
        failShare: 0.4,
        maxAttempts: 10,
        outages: [{ fromMs: 1_000, toMs: 1_800 }],
      },
    ],
    [
      'that fails with a rate and work',
      {
        ratePerSecond: 100,
        work: { kind: 'uniform', leastMs: 0, mostMs: 30 },
        concurrency: 3,
        instances: 2,
        failShare: 0.2,
        maxAttempts: 2,
      },
    ],
  ])('%s', async (_, options) => {
    const service = { ...BASE, ...options };
    for (const timesMs of [evenTimes(BURST), poissonTimes(BURST, 5)]) {
      const measured = await new Bed(service).measure(timesMs, 60_000);
      const predicted = predict({ kind: 'times', timesMs }, service);
      for (const figure of ['peakBacklog', 'longestWaitMs', 'drainedAtMs'] as const) {
        const ratio = predicted[figure] / measured[figure];
        expect(ratio, `${figure}: ${predicted[figure]} for ${measured[figure]}`).toBeGreaterThan(0.85);
        expect(ratio, `${figure}: ${predicted[figure]} for ${measured[figure]}`).toBeLessThan(1.15);
      }
    }
  });
});
