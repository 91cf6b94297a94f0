import type { Request } from '../../plan/plan.ts';
import { isPause, type Pause } from '../../plan/timers/timer.ts';
import { plural } from '../../plural.ts';
import { intProp, node, stringProp, type TreeNode } from '../elements/tree.ts';
import { userParameters } from './http-request.ts';
import type { NamedValue } from './message-text.ts';

/**
 * The pauses of a thread before a request. A pause is a separate sampler that sends nothing. Timers of the request
 * itself would run too late, because JMeter evaluates the variables of the message before these timers. One of the
 * variables is the time of sending.
 */

/** JMeter's number for "Pause this thread". Source: TestAction.java. */
const THIS_THREAD = 0;
const PAUSE = 1;
/** A rate can have three decimals. Multiplied by this number, every rate is a whole number. */
export const RATE_PARTS = 1000;

/**
 * Returns the pauses before a request.
 * @param rate requests per second of all threads together; null if the plan has no rate
 */
export function pausesBefore({ timers = [] }: Request, rate: number | null): TreeNode[] {
  return [
    ...(timers.length > 0 ? [pause('Think time', '0', timers.filter(isPause).map(timerNode))] : []),
    ...(rate === null
      ? []
      : [pause(`${plural(rate, 'request')} per second`, '${wait}', userParameters(slotVariables(rate)))]),
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

function timerNode({ delayMs, rangeMs }: Pause): TreeNode {
  const delay = stringProp('ConstantTimer.delay', delayMs);
  if (rangeMs === 0) return node('ConstantTimer', 'ConstantTimerGui', 'Constant Timer', [delay]);
  const range = stringProp('RandomTimer.range', rangeMs);
  return node('UniformRandomTimer', 'UniformRandomTimerGui', 'Uniform Random Timer', [delay, range]);
}

/**
 * Waits for the thread's next time in a schedule that a slow server does not slow down. Request n of all
 * threads is due n / rate seconds after the first one. A late request is sent at once, as in blast/pacer.ts.
 * JMeter's own timers work differently: the Constant Throughput Timer does not make up for delays, and the
 * Precise Throughput Timer draws random times. The first thread stores the start of the schedule under a name
 * that is unique to this execution. The text of the expression never changes, so JMeter compiles it only
 * once.
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
