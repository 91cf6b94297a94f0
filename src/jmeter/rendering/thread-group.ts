import type { Plan, ThreadGroup } from '../../plan/plan.ts';
import { literalText } from '../elements/functions.ts';
import { boolProp, elementProp, node, stringProp, type TreeNode } from '../elements/tree.ts';
import type { XmlElement } from '../elements/xml.ts';
import { loopCounter } from './counters.ts';
import { httpRequest } from './http-request.ts';
import { pausesBefore } from './pauses.ts';
import type { Settings } from './settings.ts';

/**
 * JMeter counts ramp-up and duration in whole seconds. In JMeter, −1 loops means that the group loops without
 * an end.
 */
const SECOND_MS = 1000;
const ENDLESS = -1;

/**
 * Returns a thread group with its counter and its requests.
 * @param number number of the group, from 1
 */
export function threadGroup(plan: Plan, group: ThreadGroup, number: number, settings: Settings): TreeNode {
  const requests = group.requests.flatMap((request, index) => [
    ...pausesBefore(request, plan.rate),
    httpRequest(request, { group: number, request: index + 1 }, plan, settings),
  ]);
  const properties = groupProperties(group, number, settings);
  return node('ThreadGroup', 'ThreadGroupGui', literalText(group.name), properties, [
    loopCounter(),
    ...requests,
  ]);
}

function groupProperties(group: ThreadGroup, number: number, settings: Settings): XmlElement[] {
  const setting = (name: string, value: number) => settings.ofGroup(number, name, value);
  const { threads, rampUpMs, durationMs, loops, onSampleError, startDelayMs = 0 } = group;
  const duration = durationMs === null ? '' : setting('duration', durationMs / SECOND_MS);
  return [
    stringProp('ThreadGroup.num_threads', setting('threads', threads)),
    stringProp('ThreadGroup.ramp_time', setting('rampUp', rampUpMs / SECOND_MS)),
    stringProp('ThreadGroup.on_sample_error', onSampleError),
    boolProp('ThreadGroup.same_user_on_next_iteration', group.newConnectionEachLoop !== true),
    boolProp('ThreadGroup.scheduler', durationMs !== null),
    stringProp('ThreadGroup.duration', duration),
    stringProp('ThreadGroup.delay', startDelayMs === 0 ? '' : startDelayMs / SECOND_MS),
    ...(group.delayedStart ? [boolProp('ThreadGroup.delayedStart', true)] : []),
    elementProp(
      'ThreadGroup.main_controller',
      'LoopController',
      [
        stringProp('LoopController.loops', setting('loops', loops ?? ENDLESS)),
        // Turns continue_forever off, because its default in JMeter 5.6 is true. With true, a group loops without an
        // end, whatever its number of loops is.
        boolProp('LoopController.continue_forever', false),
      ],
      'LoopControlPanel',
    ),
  ];
}
