import { expect, test } from 'vitest';
import { IN_BODY } from '../message/placement.ts';
import type { Plan, ThreadGroup } from './plan.ts';
import { plannedMs, rateSchedule, scheduleStartMs } from './schedule.ts';
import type { Timer } from './timers/timer.ts';

function planOf(group: Partial<ThreadGroup>, timers: readonly Timer[] = []): Plan {
  const request = {
    name: 'r',
    url: 'http://h/',
    method: 'POST',
    headers: {},
    body: '{}',
    timeoutMs: 0,
  } as const;
  const requests = [{ ...request, timers }, request];
  const all = {
    name: 'g',
    threads: 5,
    loops: null,
    rampUpMs: 0,
    onSampleError: 'continue',
    requests,
  } as const;
  return {
    name: 'p',
    rate: 100,
    identity: IN_BODY,
    threadGroups: [{ ...all, durationMs: 5_000, ...group }],
  };
}

test('the schedule of a rate begins when the first thread can send', () => {
  const timers = [
    { delayMs: 200, rangeMs: 0 },
    { delayMs: 100, rangeMs: 400 },
  ];
  expect(scheduleStartMs(planOf({}))).toBe(0);
  expect(scheduleStartMs(planOf({ startDelayMs: 3_000 }, timers))).toBe(3_300);
  const [early] = planOf({}).threadGroups;
  const late = planOf({ startDelayMs: 3_000 });
  expect(scheduleStartMs({ threadGroups: [...late.threadGroups, ...(early ? [early] : [])] })).toBe(0);
});

test('a group that ends before its first think time is over does not count', () => {
  const [silent] = planOf({ startDelayMs: 1_000 }, [{ delayMs: 5_000, rangeMs: 0 }]).threadGroups;
  const { threadGroups, ...plan } = planOf({ startDelayMs: 7_000, durationMs: 2_000 });
  const both = { ...plan, threadGroups: [...threadGroups, ...(silent ? [silent] : [])] };
  expect(scheduleStartMs(both)).toBe(7_000);
  expect(rateSchedule(both)).toMatchObject({ durationMs: 2_000 });
  const alone = { ...plan, threadGroups: silent ? [silent] : [] };
  expect(scheduleStartMs(alone)).toBe(6_000);
  expect(rateSchedule(alone)).toMatchObject({ durationMs: 0 });
});

test('no request of a rate is due during the start delay', () => {
  expect(rateSchedule(planOf({ startDelayMs: 3_000 }))).toMatchObject({ durationMs: 5_000, samples: null });
});

test('the duration of a plan is the sum of the durations of its stages', () => {
  const groupsOf = (...groups: Partial<ThreadGroup>[]) =>
    groups.flatMap((group) => planOf(group).threadGroups);
  const plan = (...groups: Partial<ThreadGroup>[]) => ({ ...planOf({}), threadGroups: groupsOf(...groups) });
  const groups = [{ kind: 'setUp' as const }, { durationMs: 3_000 }, { startDelayMs: 2_000 }];
  expect(plannedMs(plan(...groups))).toBe(12_000);
  expect(plannedMs({ ...plan(...groups), oneGroupAtATime: true })).toBe(15_000);
  expect(plannedMs(plan(...groups, { kind: 'tearDown', durationMs: null, loops: 1 }))).toBeNull();
  const schedule = [
    { startMs: 0, endMs: 9_000 },
    { startMs: 5_000, endMs: 7_000 },
  ];
  expect(plannedMs(plan({ durationMs: null, schedule }))).toBe(9_000);
});
