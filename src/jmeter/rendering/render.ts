import type { Plan } from '../../plan/plan.ts';
import { fixed, literalText, property } from '../elements/functions.ts';
import { boolProp, collectionProp, elementProp, formatJmx, node, stringProp } from '../elements/tree.ts';
import { ownCounters } from './counters.ts';
import { checkRenderable } from './limits.ts';
import { listeners } from './listeners.ts';
import { Settings } from './settings.ts';
import { threadGroup } from './thread-group.ts';

export interface RenderOptions {
  /**
   * True if the user starts JMeter. The Summary Report then writes a results file of its own, named after the run, and
   * JMeter properties can change the load and the server. If qbl starts JMeter, a property of another project in the
   * user's user.properties must not send the load to another server.
   */
  readonly forUser: boolean;
}

/** Each execution from JMeter's window gets its own run ID. */
const RUN = '${__P(run,jmeter-${__time(yyyyMMdd-HHmmss)})}';
const RESULTS_FILE = '${__P(results,${run}.jtl)}';

/**
 * Renders the plan as a .jmx file for JMeter 5.6, with the identity and checksum that `blast` sends. In a file for the
 * user, threads, loops, ramp-up, duration, protocol, host, port and run ID are JMeter properties. Their defaults come from
 * the plan.
 * @throws QblError 'usage' that names everything in the plan that JMeter cannot do
 */
export function renderJmx(plan: Plan, { forUser }: RenderOptions): string {
  checkRenderable(plan);
  const settings = new Settings(forUser ? property : fixed);
  const groups = plan.threadGroups.map((group, index) => threadGroup(plan, group, index + 1, settings));
  const properties = [
    boolProp('TestPlan.functional_mode', false),
    boolProp('TestPlan.serialize_threadgroups', false),
    boolProp('TestPlan.tearDown_on_shutdown', true),
    userDefinedVariables({ run: RUN }),
  ];
  return formatJmx(
    node('TestPlan', 'TestPlanGui', literalText(plan.name), properties, [
      ...ownCounters(plan),
      ...groups,
      ...listeners(forUser ? RESULTS_FILE : null),
    ]),
  );
}

function userDefinedVariables(variables: Readonly<Record<string, string>>) {
  const collection = collectionProp(
    'Arguments.arguments',
    Object.entries(variables).map(([name, value]) =>
      elementProp(name, 'Argument', [
        stringProp('Argument.name', name),
        stringProp('Argument.value', value),
        stringProp('Argument.metadata', '='),
      ]),
    ),
  );
  return elementProp('TestPlan.user_defined_variables', 'Arguments', [collection], 'ArgumentsPanel');
}
