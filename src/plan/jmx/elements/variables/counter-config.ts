import type { PlanCounter } from '../../../language/plan-variables.ts';
import { countFormat } from '../../../template/counter.ts';
import { type TestElement, textOf } from '../../tree.ts';
import type { Definition, ImportContext, Variables } from '../context.ts';

/** Maximum value of a counter. It is below 2^53, so JSON numbers represent it exactly. */
const MOST = 1e15;
const MOST_INCREMENT = 1e6;

/** Returns the variable that a counter sets at the start of each loop (CounterConfig.java). */
export function counterDefinition(
  element: TestElement,
  variables: Variables,
  context: ImportContext,
): readonly (readonly [string, Definition])[] {
  const constant = (property: string) =>
    context.constant(element, property, textOf(element, property), variables);
  const number = (property: string, most: number, least: number) =>
    Math.floor(context.number(element, property, constant(property), most, least));
  const end = constant('CounterConfig.end').trim();
  const counter = {
    start: number('CounterConfig.start', MOST, -MOST),
    end: end === '' ? null : number('CounterConfig.end', Number.MAX_SAFE_INTEGER, -MOST),
    increment: number('CounterConfig.incr', MOST_INCREMENT, end === '' ? -MOST_INCREMENT : 0),
    format: constant('CounterConfig.format'),
    perThread: context.isTrue(element, 'CounterConfig.per_user', variables),
  };
  const format = /^[\x20-\x7e]*$/.test(counter.format) ? countFormat(counter.format) : null;
  if (format === null) context.refuse(element, `CounterConfig.format=${counter.format} is not supported`);
  const name = constant('CounterConfig.name');
  if (name === '') return [];
  if (counter.perThread && context.isTrue(element, 'CounterConfig.reset_on_tg_iteration', variables)) {
    return [[name, () => [{ literal: String(format?.(counter.start) ?? '') }]]];
  }
  return [[name, isLoop(counter) ? () => [{ mention: 'loop' }] : counterVariable(name, counter, context)]];
}

/** Whether the counter has the same values as `${loop}`, which every plan has. */
function isLoop({ start, end, increment, format, perThread }: Omit<PlanCounter, 'kind' | 'name'>): boolean {
  return start === 1 && end === null && increment === 1 && format === '' && perThread;
}

/** Returns a variable whose counter is added to the plan only if a text mentions the variable. */
export function counterVariable(
  name: string,
  counter: Omit<PlanCounter, 'kind' | 'name'>,
  { ownVariables }: ImportContext,
): Definition {
  let ownName: string | null = null;
  return () => {
    ownName ??= ownVariables.counter(name, counter);
    return [{ mention: ownName }];
  };
}
