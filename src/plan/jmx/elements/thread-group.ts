import { MAX_PER_PLAN } from '../../../message/identity.ts';
import { javaInt } from '../../language/java-int.ts';
import type { ThreadGroup } from '../../plan.ts';
import * as schema from '../../schema.ts';
import { isRequest, roleOf } from '../registry.ts';
import { isTrue, propertiesOf, type TestElement, textOf } from '../tree.ts';
import type { ImportContext } from './context.ts';
import { flowOf, refuseInFlow } from './controllers/flow.ts';
import { importSteps, refuseWithRequests } from './group-requests.ts';
import { timesOf } from './group-times.ts';
import { enter, type TreeLevel } from './level.ts';
import { type Constant, isScheduled } from './plug-in-schedules.ts';
import { refuseOtherProperties } from './properties.ts';
import { counterVariable } from './variables/counter-config.ts';
import { refuseSkippedCounterFunctions } from './variables/counter-functions.ts';

/** A thread group of the plan, and the elements of the file that define the group and its requests. */
export interface ImportedGroup {
  readonly group: ThreadGroup;
  readonly element: TestElement;
  readonly requests: readonly TestElement[];
}

/** Reads a thread group with its HTTP requests (ThreadGroup.java, AbstractThreadGroup.java). */
export function importThreadGroup(
  element: TestElement,
  outer: TreeLevel,
  context: ImportContext,
): ImportedGroup {
  const { level, rest } = enter(element, withLoopIndex(element, outer, context), context);
  refuseOtherProperties(element, context);
  const { requests: imported, flow } = flowOf(importSteps(rest, level, context));
  if (flow !== null) refuseInFlow(element.children, flow, context);
  const samplers = imported.map((each) => each.element);
  const requests = imported.map(({ request }) => request);
  if (!rest.some(holdsRequest)) refuseNone(element, context);
  refuseMany(samplers, element, context);
  const constant: Constant = (property, text = textOf(element, property)) =>
    context.constant(element, property, text, level.variables);
  const group: ThreadGroup = {
    name: context.checked(
      element,
      'testname',
      schema.oneLine,
      context.constant(element, 'testname', element.name, level.variables),
      '',
    ),
    loops: loopsOf(element, level, context),
    onSampleError: context.checked(
      element,
      'ThreadGroup.on_sample_error',
      schema.onSampleError,
      constant('ThreadGroup.on_sample_error') || 'continue',
      'continue',
    ),
    requests,
    ...timesOf(element, constant, context),
    ...(isSameUser(element, constant) ? {} : { newConnectionEachLoop: true }),
    ...(flow === null ? {} : { flow }),
  };
  if (group.onSampleError === 'startnextloop') {
    refuseSkippedCounters(rest, context);
    if (flow !== null) refuseCountersInFlow(element, level, context);
    refuseSkippedCounterFunctions(element, context);
  }
  return { group, element, requests: samplers };
}

/** A group of a plug-in starts each loop as a new user (JMeterThread.java, the constructor with three parameters). */
function isSameUser(element: TestElement, constant: Constant): boolean {
  return !isScheduled(element) && isTrue(constant('ThreadGroup.same_user_on_next_iteration') || 'true');
}

/** Refuses a thread group. Returns a group that sends its requests once, for `qbl import`. */
export function importRefusedGroup(
  element: TestElement,
  level: TreeLevel,
  context: ImportContext,
): ImportedGroup {
  const { requests: imported } = flowOf(refuseWithRequests(element, level, context));
  const group: ThreadGroup = {
    name: context.constant(element, 'testname', element.name, level.variables),
    threads: 1,
    loops: 1,
    durationMs: null,
    rampUpMs: 0,
    onSampleError: 'continue',
    requests: imported.map(({ request }) => request),
  };
  return { group, element, requests: imported.map((each) => each.element) };
}

/**
 * Refuses counters at any depth of a controller. After a failed sample, JMeter starts the next loop and does not reach
 * later controllers, so their counters do not count this loop.
 */
function refuseSkippedCounters(elements: readonly TestElement[], context: ImportContext): void {
  for (const controller of elements.filter((element) => ['sequence', 'fragment'].includes(roleOf(element))))
    refuseCounters(controller.children, context);
}

/** Refuses counters beside a transaction: qbl counts the messages of each request there, and not the loops. */
function refuseCountersInFlow(element: TestElement, { variables }: TreeLevel, context: ImportContext): void {
  const counter = [...variables.keys()].find((name) => context.setInScopes.has(name));
  if (counter !== undefined)
    context.refuse(
      element,
      `the variable ${counter} of a counter is not supported with controllers and on_sample_error=startnextloop`,
    );
}

function refuseCounters(elements: readonly TestElement[], context: ImportContext): void {
  for (const element of elements) {
    if (element.type === 'CounterConfig')
      context.refuse(
        element,
        'a counter in a controller is not supported with on_sample_error=startnextloop',
      );
    refuseCounters(element.children, context);
  }
}

/**
 * Adds JMeter's loop index, which counts from 0. It exists only if the loop controller has a name (tried with JMeter
 * 5.6.3).
 */
function withLoopIndex(element: TestElement, level: TreeLevel, context: ImportContext): TreeLevel {
  const controller = element.properties.get('ThreadGroup.main_controller');
  if (!controller?.attributes['testname']) return level;
  const name = `__jm__${element.name}__idx`;
  if (element.children.some(holdsController))
    return { ...level, variables: new Map([...level.variables, [name, () => [{ variable: name }]]]) };
  const counter = { start: 0, end: null, increment: 1, format: '', perThread: true };
  const index = counterVariable('loop_index', counter, context);
  return { ...level, variables: new Map([...level.variables, [name, index]]) };
}

/** Reads the number of loops. Null means that the group loops without an end. */
function loopsOf(element: TestElement, level: TreeLevel, context: ImportContext): number | null {
  const controller = element.properties.get('ThreadGroup.main_controller');
  if (controller === undefined || controller.attributes['elementType'] !== 'LoopController') {
    context.refuse(element, 'ThreadGroup.main_controller: expected a LoopController');
    return 1;
  }
  const holder = { properties: propertiesOf(controller) };
  const name = 'LoopController.loops';
  const loops = javaInt(context.constant(element, name, textOf(holder, name), level.variables));
  // JMeter takes every negative number for -1 (LoopController.java, endOfLoop).
  if (loops < 0) return null;
  // Refuses every value of LoopController.continue_forever except "false". With another value, JMeter ignores the
  // number of loops and never ends (tried with JMeter 5.6.3).
  if (textOf(holder, 'LoopController.continue_forever').trim() !== 'false') {
    context.refuse(element, 'LoopController.continue_forever: expected false, because loops has a number');
  }
  return loops === 0 ? 0 : context.checked(element, name, schema.loops, loops, 1);
}

/**
 * Whether an element is an HTTP request, or contains one. A request under an unsupported controller counts
 * too. The error about that controller is enough, so the group is not reported as empty.
 */
function holdsRequest(element: TestElement): boolean {
  return isRequest(element) || element.children.some(holdsRequest);
}

function holdsController(element: TestElement): boolean {
  return roleOf(element) === 'controller' || element.children.some(holdsController);
}

function refuseNone(element: TestElement, context: ImportContext): void {
  context.refuse(element, 'the thread group has no enabled HTTP request');
}

function refuseMany(samplers: readonly TestElement[], element: TestElement, context: ImportContext): void {
  if (samplers.length > MAX_PER_PLAN) context.refuse(element, `expected at most ${MAX_PER_PLAN} requests`);
}
