import { expect, test } from 'vitest';
import type { ObservedGroup } from '../../queue/watching/group-watch.ts';
import { GroupMeasurements } from './group-measurements.ts';
import { notCommittedText } from './not-committed.ts';
import type { EndOfWait } from './observation.ts';

const ORIGIN_MS = 1_800_000_000_000;
const NO_PROGRESS: EndOfWait = { kind: 'no-progress', settleMs: 10_000 };

interface Look {
  readonly atMs: number;
  readonly committed?: Record<number, number>;
  readonly beginnings?: Record<number, number>;
  readonly ends?: Record<number, number>;
  readonly members?: readonly string[] | null;
  readonly state?: string;
}

const positions = (of: Record<number, number>) =>
  new Map(Object.entries(of).map(([partition, offset]) => [Number(partition), offset]));

function bed() {
  const measurements = new GroupMeasurements(ORIGIN_MS);
  return {
    measurements,
    arrive: (partition: number, offset: number, atMs: number) =>
      measurements.arrived({ partition, offset, receivedAtMs: ORIGIN_MS + atMs }),
    look: ({
      atMs,
      committed = {},
      beginnings = {},
      ends = {},
      members = ['one'],
      state = 'Stable',
    }: Look) => {
      const group: ObservedGroup = {
        state,
        members: members === null ? null : new Map(members.map((id) => [id, `assigned to ${id}`])),
        committed: positions(committed),
        beginnings: positions(beginnings),
        ends: positions(ends),
      };
      const answeredAtMs = ORIGIN_MS + atMs;
      return measurements.take({ askedAtMs: answeredAtMs - 10, answeredAtMs, group });
    },
    text: (end = NO_PROGRESS, failure: string | null = null) =>
      notCommittedText('orders', measurements, end, failure),
  };
}

test('a message counts as committed at the first observation whose offset is past it', () => {
  const { measurements, arrive, look, text } = bed();
  look({ atMs: 0, ends: { 0: 0 } });
  arrive(0, 0, 100);
  arrive(0, 1, 200);
  expect(look({ atMs: 500, committed: { 0: 1 }, ends: { 0: 2 } }).cells).toEqual({
    committed: 1,
    backlog: 1,
    oldestAge: 300,
    lag: 1,
    members: 1,
  });
  look({ atMs: 1_100, committed: { 0: 2 }, ends: { 0: 2 } });
  const end = measurements.end(0, text());
  expect(end).toMatchObject({
    messages: 2,
    committed: 2,
    // The time from the request of the previous observation to the answer of this observation.
    longestGapMs: 610,
    lastArrivalMs: ORIGIN_MS + 200,
    allCommittedAtMs: ORIGIN_MS + 1_100,
    notCommitted: null,
  });
  expect([Math.round(end.waitMs.min), Math.round(end.waitMs.max)]).toEqual([400, 900]);
});

test('a message that arrives at the live reader after its commit did not wait', () => {
  const { measurements, arrive, look } = bed();
  look({ atMs: 0, committed: { 0: 5 }, ends: { 0: 5 } });
  look({ atMs: 500, committed: { 0: 6 }, ends: { 0: 6 } });
  arrive(0, 5, 700);
  look({ atMs: 1_000, committed: { 0: 6 }, ends: { 0: 6 } });
  expect(measurements.end(0, null)).toMatchObject({ committed: 1, waitMs: { count: 1, max: 0.001 } });
});

test('without a commit, the backlog counts from the end of the log at the first observation', () => {
  const { measurements, look } = bed();
  expect(look({ atMs: 0, committed: { 0: 90 }, ends: { 0: 100, 1: 70 } }).cells.lag).toBe(10);
  expect(look({ atMs: 500, committed: { 0: 100 }, ends: { 0: 100, 1: 75 } }).cells.lag).toBe(5);
  expect(measurements.end(0, null).waitingBefore).toBe(10);
});

test('lists rebalances: new members, and the time in which partitions are assigned', () => {
  const { measurements, look } = bed();
  look({ atMs: 0, members: [], state: 'Empty' });
  look({ atMs: 500, members: ['one'] });
  look({ atMs: 1_000, members: ['one'] });
  look({ atMs: 1_500, members: ['one', 'two'], state: 'PreparingRebalance' });
  look({ atMs: 2_000, members: ['one', 'two'] });
  look({ atMs: 2_500, members: ['two'], state: 'CompletingRebalance' });
  const { rebalances, mostMembers } = measurements.end(0, null);
  const at = (ms: number) => ORIGIN_MS + ms;
  expect(rebalances).toEqual({
    count: 3,
    first: [
      { fromMs: at(0), toMs: at(500), membersBefore: 0, membersAfter: 1 },
      { fromMs: at(1_000), toMs: at(2_000), membersBefore: 1, membersAfter: 2 },
      { fromMs: at(2_000), toMs: null, membersBefore: 2, membersAfter: null },
    ],
  });
  expect(mostMembers).toBe(2);
});

test('reports offsets that moved back, and whether the group passed the messages again', () => {
  const { measurements, arrive, look, text } = bed();
  look({ atMs: 0, ends: { 0: 0 } });
  arrive(0, 0, 100);
  arrive(0, 1, 100);
  look({ atMs: 500, committed: { 0: 2 }, ends: { 0: 2 } });
  look({ atMs: 1_000, committed: { 0: 1 }, ends: { 0: 2 } });
  expect(text()).toBe(
    'group "orders" committed every message, then moved its committed offsets back: partition 0 is at offset 1, and the messages end at 2',
  );
  look({ atMs: 1_500, committed: { 0: 2 }, ends: { 0: 2 } });
  expect(text()).toBeNull();
  expect(measurements.end(0, null).resets).toEqual({
    count: 1,
    first: [{ atMs: ORIGIN_MS + 1_000, partition: 0, fromOffset: 2, toOffset: 1 }],
  });
});

test('says why messages are not committed', () => {
  const of = (look: Partial<Look>, end?: EndOfWait, failure?: string) => {
    const its = bed();
    its.arrive(0, 0, 100);
    its.arrive(0, 1, 100);
    its.look({ atMs: 500, ends: { 0: 2 }, ...look });
    return its.text(end, failure);
  };
  expect(of({ committed: { 0: 1 } })).toBe(
    '1 of 2 messages was not committed by group "orders": it was Stable with 1 member; no progress for 10 s (--settle)',
  );
  expect(of({ members: [], state: 'Dead' })).toBe(
    '2 messages were not committed by group "orders": the broker reports no such group (a group of the newer protocol appears only with its first commit); no progress for 10 s (--settle)',
  );
  expect(
    of({ members: [], state: 'Empty', committed: { 0: 1 } }, { kind: 'deadline', deadlineMs: 500 }),
  ).toBe(
    '1 of 2 messages was not committed by group "orders": the group had no members; the service was not done after 0.5 s (--deadline)',
  );
  expect(
    of({ members: null, state: 'Dead', committed: { 0: 1 } }, { kind: 'interrupted' }, 'gone\u001b'),
  ).toMatch(
    /^1 of 2 messages was not committed by group "orders": the observation was interrupted; the queue did not answer the last request: gone/,
  );
});

test('a committed offset beyond the end of the log is ignored, until the group commits another one', () => {
  const { measurements, arrive, look, text } = bed();
  look({ atMs: 0, committed: { 0: 5 }, ends: { 0: 0 }, state: 'Empty', members: [] });
  for (let offset = 0; offset < 8; offset++) arrive(0, offset, 100 + offset);
  const grown = { committed: { 0: 5 }, ends: { 0: 8 }, state: 'Empty', members: [] };
  expect(look({ atMs: 500, ...grown })).toMatchObject({ cells: { committed: 0, backlog: 8 } });
  expect(text()).toBe(
    '8 messages were not committed by group "orders": the group had no members; its offset 5 of partition 0 was committed beyond the end of the log: the topic was recreated, or somebody set the offset; no progress for 10 s (--settle)',
  );
  expect(look({ atMs: 1_000, committed: { 0: 6 }, ends: { 0: 8 } })).toMatchObject({
    cells: { committed: 6, backlog: 2 },
  });
  expect(measurements.beyondEnd).toEqual([]);
  look({ atMs: 1_500, committed: { 0: 8 }, ends: { 0: 8 } });
  expect(text()).toBeNull();
});

test('messages that were deleted do not wait, and are no work of the group', () => {
  const { measurements, look } = bed();
  const beginnings = { 0: 400 };
  expect(look({ atMs: 0, committed: { 0: 0 }, beginnings, ends: { 0: 410 } }).cells.lag).toBe(10);
  for (const [index, committed] of [402, 404, 406, 408].entries()) {
    look({ atMs: 500 * (index + 1), committed: { 0: committed }, beginnings, ends: { 0: 420 } });
  }
  // The broker deletes what the group has not read.
  expect(
    look({ atMs: 2_500, committed: { 0: 410 }, beginnings: { 0: 900 }, ends: { 0: 910 } }).cells.lag,
  ).toBe(10);
  look({ atMs: 3_000, committed: { 0: 902 }, beginnings: { 0: 900 }, ends: { 0: 910 } });
  const { waitingBefore, drainRate } = measurements.end(0, null);
  expect(waitingBefore).toBe(10);
  // From offset 402 at 500 ms to offset 408 at 2,000 ms.
  expect(drainRate).toMatchObject({ messages: 6, perSecond: 4 });
});
