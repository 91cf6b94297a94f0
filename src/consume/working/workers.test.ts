import { describe, expect, test } from 'vitest';
import { SimulatedClock } from '../testing/simulated-clock.ts';
import { Workers, type WorkersOptions, type WorkResult } from './workers.ts';

interface Bed {
  readonly clock: SimulatedClock;
  readonly workers: Workers;
  /** The results, in the order in which the attempts ended. */
  readonly ended: WorkResult[];
  ask(count: number): void;
}

function bed(options: Partial<WorkersOptions>, lateMs = 0): Bed {
  const clock = new SimulatedClock(lateMs);
  const workers = new Workers({
    ratePerSecond: null,
    concurrency: 1,
    work: { kind: 'constant', ms: 0 },
    failShare: 0,
    clock,
    ...options,
  });
  const ended: WorkResult[] = [];
  const ask = (count: number) => {
    for (let index = 0; index < count; index++) void workers.work().then((work) => ended.push(work));
  };
  return { clock, workers, ended, ask };
}

function starts(ended: readonly WorkResult[]): number[] {
  return ended.map((work) => (work.kind === 'interrupted' ? Number.NaN : work.startedAtMs));
}

describe('workers', () => {
  test('fill all slots, in the order of arrival', async () => {
    const { clock, ended, ask } = bed({ concurrency: 2, work: { kind: 'constant', ms: 10 } });
    ask(5);
    await clock.passTo(9);
    expect(ended).toEqual([]);
    await clock.passTo(30);
    expect(starts(ended)).toEqual([0, 0, 10, 10, 20]);
  });

  test('start attempts evenly at the configured rate', async () => {
    const { clock, ended, ask } = bed({ ratePerSecond: 100, concurrency: 8 });
    ask(5);
    await clock.passTo(100);
    expect(starts(ended)).toEqual([0, 10, 20, 30, 40]);
  });

  test('keep the rate although timers fire late', async () => {
    const { clock, ended, ask } = bed({ ratePerSecond: 100, concurrency: 4 }, 3);
    ask(1_000);
    await clock.passTo(9_993 + 3);
    expect(ended).toHaveLength(1_000);
  });

  test.each([1, 4])(
    'reach their capacity although timers fire late, with concurrency %i',
    async (concurrency) => {
      const { clock, ended, ask } = bed({ concurrency, work: { kind: 'constant', ms: 1.5 } }, 0.5);
      ask(1_000 * concurrency);
      await clock.passTo(1_500 + 0.5);
      expect(ended).toHaveLength(1_000 * concurrency);
    },
  );

  test('need the whole time for the first work after an idle time', async () => {
    const { clock, ended, ask } = bed({ work: { kind: 'constant', ms: 10 } }, 3);
    ask(1);
    await clock.passTo(14);
    ask(1);
    await clock.passTo(100);
    expect(ended.at(-1)).toEqual({ kind: 'done', startedAtMs: 14, finishedAtMs: 27 });
  });

  test('do not exceed the rate after an idle time', async () => {
    const { clock, ended, ask } = bed({ ratePerSecond: 100, concurrency: 8 });
    ask(1);
    await clock.passTo(1_000);
    ask(3);
    await clock.passTo(2_000);
    expect(starts(ended)).toEqual([0, 1_000, 1_010, 1_020]);
  });

  test('start an attempt only when both the rate and a free slot allow it', async () => {
    const { clock, ended, ask } = bed({ ratePerSecond: 100, work: { kind: 'constant', ms: 25 } });
    ask(4);
    await clock.passTo(100);
    expect(starts(ended)).toEqual([0, 25, 50, 75]);
  });

  test('interrupt all attempts while the instance is away', async () => {
    const { clock, workers, ended, ask } = bed({ work: { kind: 'constant', ms: 10 } });
    ask(3);
    await clock.passTo(15);
    workers.leave();
    ask(1);
    await clock.passTo(100);
    expect(ended.map(({ kind }) => kind)).toEqual(['done', 'interrupted', 'interrupted', 'interrupted']);
    workers.comeBack();
    ask(1);
    await clock.passTo(200);
    expect(ended.at(-1)).toEqual({ kind: 'done', startedAtMs: 100, finishedAtMs: 110 });
  });

  test('do not catch up after an outage', async () => {
    const { clock, workers, ended, ask } = bed({ ratePerSecond: 100, concurrency: 8 });
    ask(2);
    await clock.passTo(15);
    workers.leave();
    workers.comeBack();
    ask(2);
    await clock.passTo(100);
    expect(starts(ended).slice(2)).toEqual([15, 25]);
  });

  test('fail the configured share of attempts at the end of the work', async () => {
    const numbers = [0.9, 0.05, 0.2, 0.09];
    const { clock, ended, ask } = bed({
      failShare: 0.1,
      work: { kind: 'constant', ms: 10 },
      random: () => numbers.shift() ?? 1,
    });
    ask(4);
    await clock.passTo(100);
    expect(ended.map(({ kind }) => kind)).toEqual(['done', 'failed', 'done', 'failed']);
    expect(ended[1]).toMatchObject({ startedAtMs: 10, finishedAtMs: 20 });
  });
});
