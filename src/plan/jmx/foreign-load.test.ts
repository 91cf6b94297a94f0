import { describe, expect, it } from 'vitest';
import { type LoadOfGroup, withLoad } from './foreign-load.ts';
import { groupOf } from './testing/imported.ts';
import { jmx, jmxElement, sampler, threadGroup } from './testing/jmx.ts';

const scheduled = {
  'ThreadGroup.scheduler': true,
  'ThreadGroup.duration': 60,
  'ThreadGroup.delay': 5,
};

/** Returns the group that the import reads after the options for the load are written into it. */
const groupWith = (load: LoadOfGroup, properties: Record<string, string | number | boolean> = {}) =>
  groupOf(withLoad('shop.jmx', jmx(threadGroup({ loops: 7, properties })), load));

const refusal = (load: LoadOfGroup, text: string) => {
  try {
    return withLoad('shop.jmx', text, load);
  } catch (error) {
    return String(error);
  }
};

describe('options for the load of a test plan that JMeter runs', () => {
  it('change nothing if there are none', () => {
    const text = jmx(threadGroup());
    expect(withLoad('shop.jmx', text, {})).toBe(text);
  });

  it('set threads, ramp-up and the action after an error', () => {
    expect(groupWith({ threads: 3, rampUpMs: 4000, onSampleError: 'stoptest' })).toMatchObject({
      ...{ threads: 3, rampUpMs: 4000, onSampleError: 'stoptest', loops: 7, durationMs: null },
    });
  });

  it('set loops in place of a duration, a duration in place of loops, or both', () => {
    expect(groupWith({ loops: 3 }, { ...scheduled, 'ThreadGroup.delay': 0 })).toMatchObject({
      ...{ loops: 3, durationMs: null },
    });
    expect(groupWith({ durationMs: 9000 })).toMatchObject({ loops: null, durationMs: 9000 });
    expect(groupWith({ loops: 3, durationMs: 9000 })).toMatchObject({ loops: 3, durationMs: 9000 });
  });

  it('keep a start delay only if it had an effect', () => {
    expect(groupWith({ durationMs: 9000 }, scheduled)).toMatchObject({ startDelayMs: 5000 });
    expect(
      groupWith({ durationMs: 9000 }, { 'ThreadGroup.scheduler': false, 'ThreadGroup.delay': 5 }),
    ).not.toHaveProperty('startDelayMs');
  });

  it('change nothing else of the file, also if a property is missing or one tag', () => {
    const group = (property: string) =>
      jmx(threadGroup()).replace('<stringProp name="ThreadGroup.num_threads">1</stringProp>', property);
    const set = '<stringProp name="ThreadGroup.num_threads">2</stringProp>';
    expect(withLoad('shop.jmx', group('<intProp name="ThreadGroup.num_threads"/>'), { threads: 2 })).toBe(
      group(set),
    );
    expect(withLoad('shop.jmx', group(''), { threads: 2 })).toBe(
      group('').replace('</ThreadGroup>', `${set}</ThreadGroup>`),
    );
  });

  it('leave setUp thread groups as they are', () => {
    const setUp = jmxElement('SetupThreadGroup', 'First', '', { under: [sampler()] });
    expect(withLoad('shop.jmx', jmx(setUp, threadGroup()), { threads: 2 })).toBe(
      jmx(setUp, threadGroup({ properties: { 'ThreadGroup.num_threads': 2 } })),
    );
  });

  it.each([
    [
      jmx(threadGroup(), threadGroup()),
      { threads: 2, durationMs: 1000 },
      'shop.jmx has 2 thread groups, but --threads, --duration can change only a single group',
    ],
    [
      jmx(jmxElement('kg.apc.jmeter.threads.UltimateThreadGroup', 'Plug-in', '')),
      { loops: 2 },
      'shop.jmx: --loops can change only a ThreadGroup with a LoopController',
    ],
    [jmx(threadGroup()), { rampUpMs: 1500 }, '--ramp-up of 1500 ms: JMeter needs whole seconds'],
    [
      jmx(threadGroup({ properties: scheduled })),
      { loops: 2 },
      'Users: the start delay of the thread group has an effect only together with the scheduler',
    ],
    [
      jmx(threadGroup({ properties: { ...scheduled, 'ThreadGroup.scheduler': '${timed}' } })),
      { durationMs: 1000 },
      'Users: the start delay of the thread group has an effect only together with the scheduler',
    ],
  ])('are refused if they are not well-defined (%#)', (text, load, message) => {
    expect(refusal(load, text)).toContain(message);
  });
});
