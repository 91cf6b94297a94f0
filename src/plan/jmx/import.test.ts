import { describe, expect, it } from 'vitest';
import type { Identity } from '../../message/identity.ts';
import { IN_BODY } from '../../message/placement.ts';
import { planMistakes } from '../mistakes/plan-mistakes.ts';
import { overridePlan } from '../override.ts';
import type { Plan, Request, ThreadGroup } from '../plan.ts';
import { requestWriters } from '../template/request-writers.ts';
import { importJmx } from './import.ts';
import {
  counter,
  headerManager,
  jmx,
  jmxElement,
  jmxPlan,
  props,
  sampler,
  threadGroup,
  variables,
} from './testing/jmx.ts';

function planOf(text: string, properties = {}): Plan {
  return { identity: IN_BODY, ...importJmx('some.jmx', text, properties, () => {}).plan };
}

function groupOf(text: string, properties = {}): ThreadGroup {
  const [group] = planOf(text, properties).threadGroups;
  if (group === undefined) throw new Error('no group');
  return group;
}

function requestOf(text: string, properties = {}): Request {
  const [request] = groupOf(text, properties).requests;
  if (request === undefined) throw new Error('no request');
  return request;
}

const identity = (thread: number, loop: number, request = 1, group = 1): Identity => ({
  run: 'r',
  group,
  thread,
  loop,
  request,
});

describe('a thread group', () => {
  it('has threads, loops, ramp-up and a name', () => {
    const properties = { 'ThreadGroup.num_threads': 7, 'ThreadGroup.ramp_time': '1.5' };
    expect(groupOf(jmx(threadGroup({ name: 'Buyers', loops: 3, properties })))).toEqual({
      name: 'Buyers',
      threads: 7,
      loops: 3,
      rampUpMs: 1500,
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

  it('reports that redirects are not followed', () => {
    const notes: string[] = [];
    const request = sampler({ properties: { 'HTTPSampler.follow_redirects': true } });
    importJmx('some.jmx', jmx(threadGroup({ under: [request] })), {}, (note) => notes.push(note));
    expect(notes).toEqual(['redirects are not followed: a 3xx response is recorded as the result']);
  });
});

describe('a variable', () => {
  it('has one value in the whole test and can use earlier variables', () => {
    const inPlan =
      '<elementProp name="TestPlan.user_defined_variables"><collectionProp name="Arguments.arguments"><elementProp name="">' +
      props({ 'Argument.name': 'a', 'Argument.value': '1' }) +
      '</elementProp></collectionProp></elementProp>';
    const request = sampler({ body: '{"v": "${b} ${c}"}', under: [variables({ c: '${b}!', b: 'hidden' })] });
    const text = jmxPlan(inPlan, variables({ b: '${a}-${__P(p,x)}' }), threadGroup({ under: [request] }));
    expect(requestOf(text, { p: 'y' }).body).toBe('{"v": "hidden 1-y!"}');
  });

  it('has one value for each message if User Parameters define it', () => {
    const column =
      '<collectionProp name="1"><stringProp>${__UUID()}</stringProp><stringProp>${a}-${a}</stringProp></collectionProp>';
    const parameters = jmxElement(
      'UserParameters',
      'P',
      `<collectionProp name="UserParameters.names"><stringProp>a</stringProp><stringProp>b</stringProp></collectionProp><collectionProp name="UserParameters.thread_values">${column}</collectionProp>`,
    );
    const request = sampler({ body: '{"b": "${b}", "other": "${__UUID()}"}', under: [parameters] });
    const plan = planOf(jmx(threadGroup({ under: [request] })));
    const body = JSON.parse(requestWriters(plan).bodyOf(0, 0)?.(identity(1, 1), 1) ?? '');
    expect(body.b).toMatch(/^([\da-f-]{36})-\1$/);
    expect(body.other).toMatch(/^[\da-f-]{36}$/);
    expect(body.b).not.toContain(body.other);
  });

  it('named after the group contains the loop index from 0', () => {
    const request = sampler({ body: '{"i": ${__jm__Users__idx}}' });
    expect(fieldsOf(jmx(threadGroup({ under: [request] })), 'i', [identity(1, 1), identity(2, 5)])).toEqual([
      0, 4,
    ]);
  });
});

/** Returns the values of one field in the bodies of the messages. */
function fieldsOf(text: string, field: string, of: readonly Identity[]): unknown[] {
  const writers = requestWriters(planOf(text));
  return of.map(
    (each) => JSON.parse(writers.bodyOf(each.group - 1, each.request - 1)?.(each, 1) ?? '')[field],
  );
}

describe('a counter', () => {
  const body = '{"n": "${n}"}';
  const loops = [1, 2, 3, 4, 5].map((loop) => identity(1, loop));

  it.each([
    ['each loop of a thread', { start: 5, incr: 2, per_user: true }, ['5', '7', '9', '11', '13']],
    [
      'up to its end and starts again',
      { start: 1, end: 3, incr: 1, per_user: true },
      ['1', '2', '3', '1', '2'],
    ],
    [
      'with a format',
      { start: 9, incr: 1, format: 'u-000', per_user: true },
      ['u-009', 'u-010', 'u-011', 'u-012', 'u-013'],
    ],
    ['from 0 in steps of 0 by default', { per_user: true }, ['0', '0', '0', '0', '0']],
    [
      'from its start again in each loop',
      { start: 4, incr: 1, per_user: true, reset_on_tg_iteration: true },
      ['4', '4', '4', '4', '4'],
    ],
    ['down', { start: 1, incr: -1, per_user: true }, ['1', '0', '-1', '-2', '-3']],
    ['like ${loop}', { start: 1, incr: 1, per_user: true }, ['1', '2', '3', '4', '5']],
  ])('counts %s', (_, values, expected) => {
    const text = jmx(threadGroup({ under: [counter({ name: 'n', ...values }), sampler({ body })] }));
    expect(fieldsOf(text, 'n', loops)).toEqual(expected);
  });

  it('gives each loop its own number if all threads share it', () => {
    const under = [
      counter({ name: 'n', start: 1, incr: 1, per_user: false }),
      sampler({ body }),
      sampler({ name: 'B', body }),
    ];
    const drawn = fieldsOf(jmx(threadGroup({ under })), 'n', [
      identity(1, 1),
      identity(2, 1),
      identity(1, 1, 2),
      identity(1, 1, 2),
      identity(2, 1, 2),
      identity(1, 2),
    ]);
    expect(drawn).toEqual(['1', '2', '1', '1', '2', '3']);
  });

  it('is visible only in its own group, unless it is defined above the groups', () => {
    const group = (name: string, ...under: string[]) =>
      threadGroup({ name, under: [...under, sampler({ body })] });
    const own = counter({ name: 'n', start: 7, incr: 1, per_user: false });
    expect(() => planOf(jmx(group('A', own), group('B')))).toThrow('${n} is not defined here');
    const of = [identity(1, 1, 1, 1), identity(1, 1, 1, 2)];
    expect(fieldsOf(jmx(own, group('A'), group('B')), 'n', of)).toEqual(['7', '8']);
    expect(fieldsOf(jmx(group('A', own), group('B', own)), 'n', of)).toEqual(['7', '7']);
  });

  it('is a number in JSON unless it has a format', () => {
    const plan = (format: string) =>
      planOf(
        jmx(
          threadGroup({
            under: [counter({ name: 'n', start: 2, format }), sampler({ body: '{"n": ${n}}' })],
          }),
        ),
      );
    expect(planMistakes(plan(''))).toEqual([]);
    expect(planMistakes(plan('00'))).toMatchObject([
      { message: expect.stringContaining('put it in quotes') },
    ]);
  });
});

it('fills URL and headers with the same values as the body of the message', () => {
  const request = sampler({
    body: '{"u": "${u}"}',
    properties: { 'HTTPSampler.path': '/u/${u}?n=${__counter(FALSE)}' },
    under: [
      jmxElement(
        'UserParameters',
        'P',
        '<collectionProp name="UserParameters.names"><stringProp>u</stringProp></collectionProp><collectionProp name="UserParameters.thread_values"><collectionProp name="1"><stringProp>${__UUID()}</stringProp></collectionProp></collectionProp>',
      ),
      headerManager({ 'X-U': '${u}', 'X-Run': '${__P(run,none)}' }),
    ],
  });
  const writers = requestWriters(planOf(jmx(threadGroup({ under: [request] }))));
  const message = [identity(3, 1), 5] as const;
  const head = writers.headOf(0, 0)?.(...message);
  const { u } = JSON.parse(writers.bodyOf(0, 0)?.(...message) ?? '');
  expect(u).toMatch(/^[\da-f-]{36}$/);
  expect(head).toEqual({ url: `http://localhost:3000/u/${u}?n=1`, headers: { 'X-U': u, 'X-Run': 'r' } });
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
