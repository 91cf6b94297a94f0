import type { PlanCounter } from '../../plan/language/plan-variables.ts';
import type { Plan } from '../../plan/plan.ts';
import { literalText } from '../elements/functions.ts';
import { boolProp, node, stringProp, type TreeNode } from '../elements/tree.ts';

/** Returns the counter `${loop}`, the number of the thread's loop, from 1. */
export function loopCounter(): TreeNode {
  const count = { start: 1, end: null, increment: 1, format: '', perThread: true };
  return counterConfig({ kind: 'counter', name: 'loop', ...count });
}

/**
 * Returns the counters that the plan defines itself. They are elements under the plan and not under a group, because
 * a shared counter counts across all groups.
 */
export function ownCounters({ variables = [] }: Plan): TreeNode[] {
  return variables.flatMap((variable) => (variable.kind === 'counter' ? [counterConfig(variable)] : []));
}

function counterConfig({ name, start, end, increment, format, perThread }: PlanCounter): TreeNode {
  return node('CounterConfig', 'CounterConfigGui', 'Counter', [
    stringProp('CounterConfig.start', start),
    stringProp('CounterConfig.end', end ?? ''),
    stringProp('CounterConfig.incr', increment),
    stringProp('CounterConfig.name', name),
    stringProp('CounterConfig.format', literalText(format)),
    boolProp('CounterConfig.per_user', perThread),
    boolProp('CounterConfig.reset_on_tg_iteration', false),
  ]);
}
