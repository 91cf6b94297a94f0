import { describe, expect, it } from 'vitest';
import type { Identity } from '../../message/identity.ts';
import { planMistakes } from '../mistakes/plan-mistakes.ts';
import { requestWriters } from '../template/request-writers.ts';
import { planOf, requestOf } from './testing/imported.ts';
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

const identity = (thread: number, loop: number, request = 1, group = 1): Identity => ({
  run: 'r',
  group,
  thread,
  loop,
  request,
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
  expect(head).toEqual({
    url: `http://localhost:3000/u/${u}?n=1`,
    headers: expect.objectContaining({ 'X-U': u, 'X-Run': 'r' }),
  });
});
