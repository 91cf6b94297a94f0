import { describe, expect, it } from 'vitest';
import { groupOf, planOf } from './testing/imported.ts';
import { jmx, jmxPlan, props, threadGroup } from './testing/jmx.ts';
import { refusalsOf } from './testing/refusals.ts';

const STEPPING = 'kg.apc.jmeter.threads.SteppingThreadGroup';
const ULTIMATE = 'kg.apc.jmeter.threads.UltimateThreadGroup';

describe('the order of thread groups', () => {
  const groups = [
    threadGroup({ type: 'PostThreadGroup', name: 'Clean' }),
    threadGroup({ name: 'A' }),
    threadGroup({ type: 'SetupThreadGroup', name: 'Log in' }),
    threadGroup({ name: 'B' }),
  ];

  it('is setUp groups, plain groups, tearDown groups', () => {
    const plan = planOf(jmx(...groups));
    expect(plan.threadGroups.map(({ name, kind }) => [name, kind])).toEqual([
      ['Log in', 'setUp'],
      ['A', undefined],
      ['B', undefined],
      ['Clean', 'tearDown'],
    ]);
    expect(plan).not.toHaveProperty('oneGroupAtATime');
    expect(plan).not.toHaveProperty('tearDownAfterStop');
  });

  it('is one group after the other if the test plan says so', () => {
    const serial = props({ 'TestPlan.serialize_threadgroups': true });
    expect(planOf(jmxPlan(serial, ...groups)).oneGroupAtATime).toBe(true);
    expect(planOf(jmxPlan(serial, threadGroup()))).not.toHaveProperty('oneGroupAtATime');
  });

  it('has tearDown groups after a stop if the test plan says so', () => {
    const afterStop = props({ 'TestPlan.tearDown_on_shutdown': true });
    expect(planOf(jmxPlan(afterStop, ...groups)).tearDownAfterStop).toBe(true);
    expect(planOf(jmxPlan(afterStop, threadGroup()))).not.toHaveProperty('tearDownAfterStop');
  });
});

describe('the start and end of each thread', () => {
  it('with delayed start', () => {
    const properties = { 'ThreadGroup.delayedStart': true };
    expect(groupOf(jmx(threadGroup({ properties }))).delayedStart).toBe(true);
    expect(groupOf(jmx(threadGroup()))).not.toHaveProperty('delayedStart');
  });

  const ultimate = (...rows: readonly (readonly (string | number)[])[]) => {
    const list = rows.map(
      (row, index) =>
        `<collectionProp name="${index}">${row.map((value) => `<stringProp name="x">${value}</stringProp>`).join('')}</collectionProp>`,
    );
    const others = `<collectionProp name="ultimatethreadgroupdata">${list.join('')}</collectionProp>`;
    return threadGroup({ type: ULTIMATE, loops: -1, others });
  };

  it('of an Ultimate Thread Group, whose first thread of a row starts and ends last', () => {
    const group = groupOf(jmx(ultimate([3, 10, 6, 20, 3], [1, 0, 0, '${__P(hold,5)}', 0])));
    expect(group).toMatchObject({ threads: 4, loops: null, durationMs: null, newConnectionEachLoop: true });
    expect(group.schedule).toEqual([
      { startMs: 16_000, endMs: 39_000 },
      { startMs: 14_000, endMs: 38_000 },
      { startMs: 12_000, endMs: 37_000 },
      { startMs: 0, endMs: 5000 },
    ]);
  });

  it('of a Stepping Thread Group', () => {
    const properties = {
      'ThreadGroup.num_threads': 7,
      'Threads initial delay': 1,
      'Start users count': 2,
      'Start users count burst': 3,
      'Start users period': 10,
      'Stop users count': 4,
      'Stop users period': 5,
      flighttime: 60,
      rampUp: 3,
    };
    const { schedule } = groupOf(jmx(threadGroup({ type: STEPPING, loops: -1, properties })));
    expect(schedule?.map(({ startMs }) => startMs)).toEqual([
      1000, 2000, 3000, 14_000, 15_500, 27_000, 28_500,
    ]);
    expect(new Set(schedule?.slice(0, 4).map(({ endMs }) => endMs))).toEqual(new Set([90_000]));
    expect(new Set(schedule?.slice(4).map(({ endMs }) => endMs))).toEqual(new Set([95_000]));
  });

  it('is refused if JMeter would send only one request with a thread', () => {
    const message =
      'expected threads that end after their start: JMeter sends one request with each other thread';
    expect(refusalsOf(jmx(ultimate([2, 1, 5, 0, 0])))).toEqual([`Test Plan › Users: ${message}`]);
    const one = threadGroup({ type: STEPPING, loops: -1, properties: { 'ThreadGroup.num_threads': 1 } });
    expect(refusalsOf(jmx(one))).toEqual([`Test Plan › Users: ${message}`]);
  });

  it.each([[[1, 2, 3, 4]], [[0, 1, 1, 1, 1]]])('is refused for the row %o', (row) => {
    expect(refusalsOf(jmx(ultimate(row)))).toEqual([
      expect.stringContaining('ultimatethreadgroupdata: expected rows with 5 numbers and at least 1 thread'),
    ]);
  });

  it('is refused for a number below 0 or an unknown property', () => {
    expect(refusalsOf(jmx(ultimate([1, -1, 1, 1, 1])))).toEqual([
      expect.stringContaining('ultimatethreadgroupdata: expected a number from 0'),
    ]);
    const properties = { 'ThreadGroup.num_threads': 1, flighttime: 1, other: 1 };
    expect(refusalsOf(jmx(threadGroup({ type: STEPPING, properties })))).toEqual([
      'Test Plan › Users: other=1 is not supported',
    ]);
  });

  it('is refused if a property of JMeter replaces it', () => {
    expect(() =>
      planOf(jmx(ultimate([1, 0, 1, 1, 1])), { threads_schedule: 'spawn(1,1s,1s,1s,1s)' }),
    ).toThrow('the property threads_schedule is not supported');
  });
});
