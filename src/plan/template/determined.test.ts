import { expect, test } from 'vitest';
import type { PlanVariable } from '../language/plan-variables.ts';
import { determinedText } from './determined.ts';

const identity = { run: 'mine', group: 1, thread: 7, loop: 3, request: 1 };
const OWN: readonly PlanVariable[] = [
  { kind: 'uuid', name: 'order' },
  { kind: 'counter', name: 'mine', start: 10, end: null, increment: 5, format: 'user-000', perThread: true },
  { kind: 'counter', name: 'shared', start: 1, end: null, increment: 1, format: '', perThread: false },
];

test('fills in variables that follow from the identity and keeps the others as written', () => {
  expect(determinedText('{"u":${thread},"l":"${loop} of ${run}","c":"${mine}"}', identity, OWN)).toEqual({
    text: '{"u":7,"l":"3 of mine","c":"user-020"}',
    open: [],
  });
  expect(determinedText('${uuid} ${now} ${order} ${shared} ${uuid}', identity, OWN)).toEqual({
    text: '${uuid} ${now} ${order} ${shared} ${uuid}',
    open: ['${uuid}', '${now}', '${order}', '${shared}'],
  });
});

test('keeps a template of another qbl version as written', () => {
  expect(determinedText('${thread} ${later}', identity)).toEqual({ text: '${thread} ${later}', open: [] });
});
