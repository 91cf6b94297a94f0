import { userParameters } from './http-request.ts';
import type { MessageText } from './message-variables.ts';
import { intProp, node, stringProp, type TreeNode } from './tree.ts';

/** TestAction.java: this thread, pause. */
const THIS_THREAD = 0;
const PAUSE = 1;
/** A rate may have three decimals, so that whole numbers suffice to count slots. */
export const RATE_PARTS = 1000;

/**
 * A request, preceded by a pause until its place in the schedule, which never slows down with the server: slot n,
 * counted over all threads, is due n / rate after the first one, and a late one is sent at once, as in
 * blast/pacer.ts. JMeter's timers do otherwise: the constant one forgets what is late, the precise one draws
 * random times; and timers run after the variables of the message, its time of sending among them, were made.
 */
export function scheduled(requests: readonly TreeNode[], rate: number): TreeNode[] {
  const pause = node(
    'TestAction',
    'TestActionGui',
    `${rate} requests a second`,
    [
      intProp('ActionProcessor.action', PAUSE),
      intProp('ActionProcessor.target', THIS_THREAD),
      stringProp('ActionProcessor.duration', '${wait}'),
    ],
    userParameters({ variables: variables(rate) }),
  );
  return [pause, ...requests];
}

/**
 * The first thread that comes notes when the schedule began, under a name that no other execution has. The text of
 * the expression is always the same, so that JMeter compiles it once.
 */
function variables(rate: number): MessageText['variables'] {
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
