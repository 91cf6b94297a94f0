import { describe, expect, it } from 'vitest';
import type { ThreadGroup } from '../../plan/plan.ts';
import { groupTo, planOf, writeBody } from '../testing/test-bed.ts';
import { loadGroups } from './load-group.ts';
import { threadStarts } from './ramp-up.ts';

const URL = 'http://localhost/send';

/** Returns the group, the number (from 1) and the start time of each thread. */
function startsOf(...groups: Partial<ThreadGroup>[]): [number, number, number][] {
  const plan = planOf(groups.map((changes) => groupTo(URL, changes)));
  const starts = threadStarts(loadGroups(plan, { bodyOf: () => writeBody }));
  return starts.map(({ group, index, atMs }) => [group.number, index + 1, atMs]);
}

describe('threads start', () => {
  it('spread over the ramp-up, those of all groups in order of time', () => {
    expect(startsOf({ threads: 3, rampUpMs: 300 }, { threads: 2, rampUpMs: 100 })).toEqual([
      [1, 1, 0],
      [2, 1, 0],
      [2, 2, 50],
      [1, 2, 100],
      [1, 3, 200],
    ]);
  });

  it('only if they are due before the end', () => {
    expect(startsOf({ threads: 4, rampUpMs: 400, durationMs: 200 })).toEqual([
      [1, 1, 0],
      [1, 2, 100],
    ]);
  });

  it('after the start delay, over the ramp-up', () => {
    expect(startsOf({ threads: 3, rampUpMs: 300, startDelayMs: 150 })).toEqual([
      [1, 1, 150],
      [1, 2, 250],
      [1, 3, 350],
    ]);
  });

  it('until the duration after the start delay has passed', () => {
    const delayed = { threads: 4, rampUpMs: 400, startDelayMs: 150, durationMs: 250 };
    expect(startsOf(delayed).map(([, thread]) => thread)).toEqual([1, 2, 3]);
  });
});
