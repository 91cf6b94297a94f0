import { describe, expect, it } from 'vitest';
import type { Identity } from '../../message/identity.ts';
import { requestWriters } from '../template/request-writers.ts';
import { planOf } from './testing/imported.ts';
import { jmx, jmxElement, jmxPlan, props, sampler, threadGroup, variables } from './testing/jmx.ts';
import { refusalsOf } from './testing/refusals.ts';

const identity = (loop: number, request = 1): Identity => ({ run: 'r', group: 1, thread: 1, loop, request });

/** Returns the bodies of the requests of one loop. */
function bodiesOf(text: string): string[] {
  const plan = { ...planOf(text), identity: { kind: 'none' as const } };
  const writers = requestWriters(plan);
  return (plan.threadGroups[0]?.requests ?? []).map(
    (_, index) => writers.bodyOf(0, index)?.(identity(1, index + 1), 1) ?? '',
  );
}

const group = (...bodies: readonly string[]) =>
  threadGroup({ under: bodies.map((body, index) => sampler({ name: `S${index}`, body })) });

describe('a function', () => {
  it('of User Defined Variables is called once, before the test', () => {
    const [body = ''] = bodiesOf(
      jmx(variables({ r: '${__Random(1,1000000)}' }), group('${r} ${r} ${__V(r)}')),
    );
    expect(body).toMatch(/^(\d+) \1 \1$/);
  });

  it('of User Defined Variables can store variables for later variables, and for the test', () => {
    const early = variables({ a: '${__split(x:y,part,:)}', b: '${part_2}${__V(part_1)}${part}' });
    expect(bodiesOf(jmx(early, group('${b} ${part_1} ${__V(part_n)}')))).toEqual(['yxx:y x 2']);
  });

  it('of the Test Plan cannot use variables, because there are none yet', () => {
    const planWith = (value: string) =>
      jmxPlan(
        `<elementProp name="TestPlan.user_defined_variables"><collectionProp name="Arguments.arguments"><elementProp name="">${props({ 'Argument.name': 'a', 'Argument.value': value })}</elementProp></collectionProp></elementProp>`,
        group('x'),
      );
    const message = 'variables are not supported in a function of the element TestPlan';
    expect(refusalsOf(planWith('${__split(a,b)}'))).toEqual([`Test Plan: a: __split: ${message}`]);
    expect(refusalsOf(planWith('${__V(b)}'))).toEqual([`Test Plan: a: __V: ${message}`]);
    expect(refusalsOf(planWith('${__Random(1,2)}'))).toEqual([]);
  });

  it('replaces a User Defined Variable when the function is called', () => {
    const defined = variables({ n: 'old', p_1: 'old', q: 'kept' });
    const bodies = ['${n} ${p_1}', '${__Random(7,7,n)}${__split(a,p)}', '${n} ${p_1} ${q}'];
    expect(bodiesOf(jmx(defined, group(...bodies)))).toEqual(['old old', '7a', '7 a kept']);
  });

  it('has one value for all mentions of a variable of User Parameters', () => {
    const parameters = jmxElement(
      'UserParameters',
      'P',
      '<collectionProp name="UserParameters.names"><stringProp>a</stringProp></collectionProp><collectionProp name="UserParameters.thread_values"><collectionProp name="1"><stringProp>${__Random(1,1000000)}</stringProp></collectionProp></collectionProp>',
    );
    const request = sampler({ body: '${a} ${a} ${__Random(1,1000000)}', under: [parameters] });
    const [body = ''] = bodiesOf(jmx(threadGroup({ under: [request] })));
    expect(body).toMatch(/^(\d+) \1 \d+$/);
  });
});
