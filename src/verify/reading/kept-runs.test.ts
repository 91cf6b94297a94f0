import { expect, test } from 'vitest';
import { NO_IDENTITY } from '../../message/placement.ts';
import type { Plan } from '../../plan/plan.ts';
import { KeptRuns } from './kept-runs.ts';
import type { KnownRun } from './run-periods.ts';

function bed(identity: Plan['identity']) {
  const request = { name: 'R', url: 'http://localhost/', method: 'POST', body: '{}', timeoutMs: 0 } as const;
  const group = { threads: 1, loops: 1, durationMs: null, rampUpMs: 0, onSampleError: 'continue' } as const;
  const threadGroups = [{ ...group, name: 'G', requests: [{ ...request, headers: {} }] }];
  const plan: Plan = { name: 'P', rate: null, identity, threadGroups };
  let known: KnownRun | null = null;
  const runs = new KeptRuns(['mine'], () => known);
  const start = (startedAtMs: number) => {
    known = { plan, startedAtMs, end: null };
  };
  const startRead = () => {
    runs.look();
    return runs.of('mine')?.startedAtMs;
  };
  return { runs, start, startRead };
}

test('a later start replaces an earlier start of which no message was read', () => {
  const { runs, start, startRead } = bed({ kind: 'body', pointer: [] });
  start(1);
  expect(startRead()).toBe(1);
  expect(runs.startOf('mine')).toBeNull();
  start(2);
  expect(startRead()).toBe(2);
  runs.keep('mine');
  start(3);
  expect(startRead()).toBe(2);
  expect(runs.startOf('mine')).toBe(2);
});

test('a start does not change within a batch of messages', () => {
  const { runs, start, startRead } = bed({ kind: 'body', pointer: [] });
  start(1);
  expect(startRead()).toBe(1);
  start(2);
  runs.keep('mine');
  expect(runs.startOf('mine')).toBe(1);
});

test('each message may be of a run whose messages carry no identity', () => {
  const { runs, start, startRead } = bed(NO_IDENTITY);
  start(1);
  expect(startRead()).toBe(1);
  start(2);
  expect(startRead()).toBe(1);
  expect(runs.startOf('mine')).toBe(1);
});
