import type { Request, Timer } from '../../plan/plan.ts';
import { plural } from '../../plural.ts';
import { intProp, node, stringProp, type TreeNode } from '../elements/tree.ts';
import { userParameters } from './http-request.ts';
import type { NamedValue } from './message-text.ts';

/**
 * What a thread waits for before a request. It does so in a sampler of its own that sends nothing: timers of the
 * request itself would run after the variables of its message were made, the time of sending among them.
 */

/** TestAction.java: this thread, pause. */
const THIS_THREAD = 0;
const PAUSE = 1;
/** A rate may have three decimals, so that whole numbers suffice to count slots. */
export const RATE_PARTS = 1000;

/** The pauses of a request. @param rate of all threads together, null: none */
export function pausesBefore({ timers = [] }: Request, rate: number | null): TreeNode[] {
  return [
    ...(timers.length > 0 ? [pause('Think time', '0', timers.map(timerNode))] : []),
    ...(rate === null
      ? []
      : [pause(`${plural(rate, 'request')} a second`, '${wait}', userParameters(slotVariables(rate)))]),
  ];
}

function pause(name: string, durationMs: string, children: readonly TreeNode[]): TreeNode {
  const properties = [
    intProp('ActionProcessor.action', PAUSE),
    intProp('ActionProcessor.target', THIS_THREAD),
    stringProp('ActionProcessor.duration', durationMs),
  ];
  return node('TestAction', 'TestActionGui', name, properties, children);
}

function timerNode({ delayMs, rangeMs }: Timer): TreeNode {
  const delay = stringProp('ConstantTimer.delay', delayMs);
  if (rangeMs === 0) return node('ConstantTimer', 'ConstantTimerGui', 'Constant Timer', [delay]);
  const range = stringProp('RandomTimer.range', rangeMs);
  return node('UniformRandomTimer', 'UniformRandomTimerGui', 'Uniform Random Timer', [delay, range]);
}

/**
 * The wait until the thread's place in a schedule that never slows down with the server: slot n, counted over all
 * threads, is due n / rate after the first one, and a late one is sent at once, as in blast/pacer.ts. JMeter's
 * timers do otherwise: the constant one forgets what is late, the precise one draws random times.
 * The first thread that comes notes when the schedule began, under a name that no other execution has. The text of
 * the expression is always the same, so that JMeter compiles it once.
 */
function slotVariables(rate: number): NamedValue[] {
  const statements = [
    'var start = "schedule." + vars.get("TESTSTART.MS")',
    'props.putIfAbsent(start\\, vars.get("now"))',
    `var dueMs = (vars.get("slot") - 1) * ${1000 * RATE_PARTS} / ${Math.round(rate * RATE_PARTS)}`,
    'var wait = dueMs - (vars.get("now") - props.get(start))',
    'wait > 0 ? wait : 0',
  ];
  return [
    ['slot', '${__counter(FALSE,)}'],
    ['now', '${__time()}'],
    ['wait', `\${__jexl3(${statements.join('; ')},)}`],
  ];
}
