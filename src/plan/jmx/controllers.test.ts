import { expect, it } from 'vitest';
import { isPlanned, plannedSamples } from '../plan.ts';
import { groupOf, planOf } from './testing/imported.ts';
import { counter, jmx, jmxElement, props, sampler, threadGroup, variables } from './testing/jmx.ts';
import { inGroup, refusalsOf } from './testing/refusals.ts';

const controller = (
  type: string,
  values: Readonly<Record<string, string | number | boolean>>,
  ...under: string[]
) => jmxElement(type, `The ${type}`, props(values), { under });

it('keeps a group without controllers as it is', () => {
  const group = groupOf(jmx(threadGroup({ under: [controller('GenericController', {}, sampler())] })));
  expect(group).not.toHaveProperty('flow');
});

it('numbers requests and controllers in the order of the file', () => {
  const loop = controller('LoopController', { 'LoopController.loops': '${n}' }, sampler({ name: 'b' }));
  const under = [sampler({ name: 'a' }), controller('OnceOnlyController', {}, loop), sampler({ name: 'c' })];
  const plan = planOf(jmx(variables({ n: '3' }), threadGroup({ under })));
  expect(plan.threadGroups[0]?.requests.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  const inner = { kind: 'loop', name: 'The LoopController', count: [{ literal: '3' }], startsAgain: true };
  expect(plan.threadGroups[0]?.flow).toEqual([
    1,
    {
      kind: 'once',
      name: 'The OnceOnlyController',
      number: 1,
      steps: [{ ...inner, number: 2, steps: [2] }],
    },
    3,
  ]);
  expect(plannedSamples(plan)).toBeNull();
  expect(isPlanned(plan, { group: 1, thread: 1, loop: 7, request: 2 })).toBe(true);
  expect(isPlanned(plan, { group: 1, thread: 1, loop: 1, request: 4 })).toBe(false);
});

it('looks up the variable of a ForEach Controller for each message', () => {
  const each = controller(
    'ForeachController',
    { 'ForeachController.inputVal': 'in', 'ForeachController.returnVal': 'out' },
    sampler({ body: '${out}' }),
  );
  const { variables: own } = planOf(jmx(variables({ out: 'old' }), threadGroup({ under: [each] })));
  expect(own).toContainEqual(expect.objectContaining({ kind: 'text', text: [{ variable: 'out' }] }));
});

const TRANSACTION = 'Test Plan › Users › The TransactionController';

it.each([
  [
    'a condition that qbl cannot evaluate',
    controller('IfController', { 'IfController.condition': 'f("${x}")' }, sampler()),
    'Test Plan › Users › The IfController: IfController.condition: qbl cannot evaluate the condition "f("1")": expected a comparison of numbers and quoted texts',
  ],
  [
    'an assertion of a transaction with one sample',
    controller(
      'TransactionController',
      { 'TransactionController.parent': true },
      sampler(),
      jmxElement('DurationAssertion', 'Fast', props({ 'DurationAssertion.duration': 5 })),
    ),
    `${TRANSACTION}: TransactionController.parent=true with an assertion is not supported: expected no assertion in the scope of the element`,
  ],
  [
    'a transaction with a sample of its own in a transaction with one sample',
    controller(
      'TransactionController',
      { 'TransactionController.parent': true },
      controller('TransactionController', {}, sampler()),
    ),
    `${TRANSACTION} › The TransactionController: a transaction with a sample of its own is not supported in a transaction with one sample for all`,
  ],
  [
    'a Debug Sampler in a transaction',
    controller('TransactionController', {}, sampler(), jmxElement('DebugSampler', 'Debug', '')),
    `${TRANSACTION} › Debug: DebugSampler is not supported in a thread group with a Transaction Controller or a While Controller`,
  ],
  [
    'an unknown property',
    controller('LoopController', { 'LoopController.other': 'x' }, sampler()),
    'Test Plan › Users › The LoopController: LoopController.other=x is not supported',
  ],
])('refuses %s', (_, element, message) => {
  expect(inGroup(element)).toEqual([message]);
});

it('refuses a counter beside a loop, in the group and in the test plan', () => {
  const loop = controller('LoopController', { 'LoopController.loops': 2 }, sampler());
  const message = 'a counter is not supported in a thread group with controllers that have loops';
  const count = counter({ start: 1, incr: 1, name: 'n' });
  expect(inGroup(`${loop}${count}`)).toEqual([`Test Plan › Users › Counter: ${message}`]);
  expect(refusalsOf(jmx(count, threadGroup({ under: [loop] })))).toEqual([`Test Plan › Counter: ${message}`]);
});
