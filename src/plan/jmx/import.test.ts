import { describe, expect, it } from 'vitest';
import { IN_BODY } from '../../message/placement.ts';
import { planMistakes } from '../mistakes/plan-mistakes.ts';
import { overridePlan } from '../override.ts';
import { groupOf, planOf, requestOf } from './testing/imported.ts';
import { headerManager, jmx, jmxElement, props, sampler, threadGroup, variables } from './testing/jmx.ts';

describe('a thread group', () => {
  it('has threads, loops, ramp-up and a name', () => {
    const properties = { 'ThreadGroup.num_threads': 7, 'ThreadGroup.ramp_time': '2' };
    expect(groupOf(jmx(threadGroup({ name: 'Buyers', loops: 3, properties })))).toEqual({
      name: 'Buyers',
      threads: 7,
      loops: 3,
      rampUpMs: 2000,
      durationMs: null,
      onSampleError: 'continue',
      requests: [expect.objectContaining({ name: 'Send', url: 'http://localhost:3000/send' })],
    });
  });

  it('uses the properties that -J sets, and otherwise their defaults', () => {
    const text = jmx(
      threadGroup({
        loops: '${__P(loops,4)}',
        properties: { 'ThreadGroup.num_threads': '${__P(threads,2)}' },
      }),
    );
    expect(groupOf(text)).toMatchObject({ threads: 2, loops: 4 });
    expect(groupOf(text, { threads: '5' })).toMatchObject({ threads: 5, loops: 4 });
  });

  it('reads the duration and delay if the scheduler is on', () => {
    const times = { 'ThreadGroup.duration': 30, 'ThreadGroup.delay': 5 };
    const on = { ...times, 'ThreadGroup.scheduler': true };
    expect(groupOf(jmx(threadGroup({ loops: -1, properties: on })))).toMatchObject({
      loops: null,
      durationMs: 30_000,
      startDelayMs: 5000,
    });
    expect(groupOf(jmx(threadGroup({ properties: times })))).toMatchObject({ durationMs: null });
  });

  it('reads what a thread does after an error, and whether connections end with a loop', () => {
    const properties = {
      'ThreadGroup.on_sample_error': 'stopthread',
      'ThreadGroup.same_user_on_next_iteration': false,
    };
    expect(groupOf(jmx(threadGroup({ properties })))).toMatchObject({
      onSampleError: 'stopthread',
      newConnectionEachLoop: true,
    });
  });

  it('is numbered among the enabled groups only', () => {
    const off = threadGroup({ name: 'Off', attributes: 'enabled="false"', under: [] });
    expect(planOf(jmx(off, threadGroup({ name: 'On' }))).threadGroups.map(({ name }) => name)).toEqual([
      'On',
    ]);
  });
});

describe('an HTTP request', () => {
  const defaults = (values: Record<string, string | number>) =>
    jmxElement('ConfigTestElement', 'Defaults', props(values), { attributes: 'guiclass="HttpDefaultsGui"' });
  const bare = { 'HTTPSampler.domain': '', 'HTTPSampler.port': '', 'HTTPSampler.path': '' };

  it('takes an empty property from the nearest defaults', () => {
    const outer = { 'HTTPSampler.domain': 'far', 'HTTPSampler.protocol': 'https', 'HTTPSampler.path': 'a' };
    const inner = { 'HTTPSampler.domain': 'near', 'HTTPSampler.connect_timeout': 5 };
    const request = sampler({ properties: { ...bare, 'HTTPSampler.response_timeout': 7 } });
    const text = jmx(threadGroup({ under: [request, defaults(inner)] }), defaults(outer));
    expect(requestOf(text)).toMatchObject({ url: 'https://near/a', timeoutMs: 7, connectTimeoutMs: 5 });
  });

  it('accepts a URL as its path', () => {
    const properties = { ...bare, 'HTTPSampler.path': 'http://other:81/x?y=${__threadNum}' };
    expect(requestOf(jmx(threadGroup({ under: [sampler({ properties })] }))).url).toBe(
      'http://other:81/x?y=${thread}',
    );
  });

  it('sends the headers of all levels, inner ones first', () => {
    const request = sampler({ under: [headerManager({ 'content-type': 'application/json' })] });
    const other = sampler({ name: 'Other' });
    const group = threadGroup({ under: [headerManager({ 'X-Group': '${__threadNum}' }), request, other] });
    const text = jmx(headerManager({ 'Content-Type': 'text/plain' }), group);
    expect(groupOf(text).requests.map(({ headers }) => headers)).toEqual([
      { 'content-type': 'application/json', 'X-Group': '${thread}' },
      { 'Content-Type': 'text/plain', 'X-Group': '${thread}' },
    ]);
  });

  it('takes headers and defaults from the first of several elements at one place', () => {
    const under = [
      ...[headerManager({ A: '1' }), headerManager({ a: '2', B: '3' })],
      ...[defaults({ 'HTTPSampler.path': '/first' }), defaults({ 'HTTPSampler.path': '/second' })],
      sampler({ properties: { 'HTTPSampler.path': '' } }),
    ];
    expect(requestOf(jmx(threadGroup({ under })))).toMatchObject({
      url: 'http://localhost:3000/first',
      headers: { A: '1', B: '3' },
    });
  });

  it('waits for the timers of all levels before it sends', () => {
    const constant = (ms: number) => jmxElement('ConstantTimer', 'T', props({ 'ConstantTimer.delay': ms }));
    const random = jmxElement(
      'UniformRandomTimer',
      'T',
      props({ 'ConstantTimer.delay': 2, 'RandomTimer.range': '3.0' }),
    );
    const group = threadGroup({
      under: [sampler({ under: [random] }), sampler({ name: 'Other' }), constant(1)],
    });
    expect(groupOf(jmx(group, constant(9))).requests.map(({ timers }) => timers)).toEqual([
      [
        { delayMs: 9, rangeMs: 0 },
        { delayMs: 1, rangeMs: 0 },
        { delayMs: 2, rangeMs: 3 },
      ],
      [
        { delayMs: 9, rangeMs: 0 },
        { delayMs: 1, rangeMs: 0 },
      ],
    ]);
  });

  it('does not follow redirects that the HTTP client of JMeter follows', () => {
    const properties = { 'HTTPSampler.auto_redirects': true, 'HTTPSampler.follow_redirects': true };
    const text = jmx(threadGroup({ under: [sampler({ properties })] }));
    expect(requestOf(text)).toMatchObject({ redirectsAutomatically: true });
    expect(requestOf(text)).not.toHaveProperty('followRedirects');
  });

  it('follows redirects if a property says so', () => {
    const request = sampler({ properties: { 'HTTPSampler.follow_redirects': true } });
    expect(requestOf(jmx(threadGroup({ under: [request] })))).toMatchObject({ followRedirects: true });
  });
});

describe('a simple controller', () => {
  it('sends its requests in the order of the file, with the settings in the controller', () => {
    const inner = jmxElement('GenericController', 'Inner', '', { under: [sampler({ name: 'C' })] });
    const under = [sampler({ name: 'B' }), headerManager({ 'X-Part': '1' }), inner];
    const outer = jmxElement('RecordingController', 'Outer', '', { under });
    const samplers = [sampler({ name: 'A' }), outer, sampler({ name: 'D' })];
    const { requests } = groupOf(jmx(threadGroup({ under: samplers })));
    expect(requests.map(({ name, headers }) => [name, headers['X-Part']])).toEqual([
      ['A', undefined],
      ['B', '1'],
      ['C', '1'],
      ['D', undefined],
    ]);
  });

  it('can be a test fragment', () => {
    const fragment = jmxElement('TestFragmentController', 'Part', '', { under: [sampler({ name: 'B' })] });
    const { requests } = groupOf(jmx(threadGroup({ under: [sampler({ name: 'A' }), fragment] })));
    expect(requests.map(({ name }) => name)).toEqual(['A', 'B']);
  });

  it('can be empty', () => {
    const empty = jmxElement('GenericController', 'Empty', '');
    expect(groupOf(jmx(threadGroup({ under: [empty, sampler()] }))).requests).toHaveLength(1);
  });
});

it('reads the variables in a test fragment that no element includes', () => {
  const fragment = jmxElement('TestFragmentController', 'Part', '', {
    under: [variables({ v: 'x' }), jmxElement('JSR223Sampler', 'Script', '')],
  });
  const request = sampler({ body: '{"v": "${v}"}' });
  expect(requestOf(jmx(fragment, threadGroup({ under: [request] }))).body).toBe('{"v": "x"}');
});

it.each([
  ['attribute in any case', 'enabled="FALSE"', '', true],
  ['attribute that is not true', 'enabled="no"', '', true],
  ['property', '', '<boolProp name="TestElement.enabled">false</boolProp>', true],
  [
    'property instead of the attribute',
    'enabled="true"',
    '<boolProp name="TestElement.enabled">false</boolProp>',
    true,
  ],
  ['neither', '', '', false],
  [
    'property that enables the element',
    'enabled="false"',
    '<boolProp name="TestElement.enabled">True</boolProp>',
    false,
  ],
])('leaves out what JMeter leaves out: disabled by an %s', (_, attributes, property, leftOut) => {
  const pause = jmxElement('ConstantTimer', 'T', `${property}${props({ 'ConstantTimer.delay': 7 })}`, {
    attributes,
  });
  const plan = planOf(jmx(threadGroup({ under: [sampler(), pause] })));
  expect(plan.threadGroups[0]?.requests[0]?.timers ?? []).toEqual(
    leftOut ? [] : [{ delayMs: 7, rangeMs: 0 }],
  );
});

it('leaves out listeners and disabled elements', () => {
  const listeners = ['ResultCollector', 'Summariser', 'BackendListener'].map((type) =>
    jmxElement(type, 'L', props({ classname: 'x', filename: 'y' })),
  );
  const disabled = jmxElement('IfController', 'If', '', {
    attributes: 'enabled="false"',
    under: [jmxElement('JSR223Sampler', 'Script', '')],
  });
  const group = threadGroup({ under: [sampler({ under: listeners }), ...listeners, disabled] });
  expect(planOf(jmx(group, ...listeners)).threadGroups).toHaveLength(1);
});

it('applies what the command line sets', () => {
  const text = jmx(
    threadGroup({ loops: -1, under: [sampler({ properties: { 'HTTPSampler.connect_timeout': 5 } })] }),
  );
  const endless = planOf(text);
  expect(planMistakes(endless)).toMatchObject([{ message: 'expected loops or a duration' }]);
  const overrides = { threads: 3, durationMs: 1000, timeoutMs: 9, url: 'http://x/' };
  const plan = { identity: IN_BODY, ...overridePlan('endless.jmx', endless, overrides) };
  expect(planMistakes(plan)).toEqual([]);
  expect(plan.threadGroups).toMatchObject([{ threads: 3, durationMs: 1000, requests: [{ timeoutMs: 9 }] }]);
  expect(plan.threadGroups[0]?.requests[0]).not.toHaveProperty('connectTimeoutMs');
});
