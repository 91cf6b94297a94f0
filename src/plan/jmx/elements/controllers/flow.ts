import { type ControllerStep, hasOwnLoops, type Step } from '../../../flow/step.ts';
import { roleOf } from '../../registry.ts';
import type { TestElement } from '../../tree.ts';
import type { ImportContext } from '../context.ts';
import type { ImportedRequest, ImportedStep } from '../group-requests.ts';

/** The requests and controllers of a thread group, with their numbers. */
export interface ImportedFlow {
  readonly requests: readonly ImportedRequest[];
  /** Null if the group sends its requests one after the other. */
  readonly flow: readonly Step[] | null;
}

/** Numbers the requests and the controllers of a thread group in the order of the file. */
export function flowOf(steps: readonly ImportedStep[]): ImportedFlow {
  const requests: ImportedRequest[] = [];
  let controllers = 0;
  let isPlain = true;
  const numbered = (step: ImportedStep): Step => {
    if ('request' in step) return requests.push(step);
    if (step.controller.kind !== 'simple') isPlain = false;
    controllers += 1;
    const number = controllers;
    return { ...step.controller, number, steps: step.steps.map(numbered) };
  };
  const flow = steps.map(numbered);
  return { requests, flow: isPlain ? null : flow };
}

/** Whether a request in the element can run in another number of loops than its thread group. */
export function hasLoopsInside(element: TestElement): boolean {
  return element.children.some(
    (child) =>
      (roleOf(child) === 'controller' && child.type !== 'TransactionController') || hasLoopsInside(child),
  );
}

/** Refuses what qbl cannot do as JMeter does in a thread group with controllers. */
export function refuseInFlow(
  elements: readonly TestElement[],
  flow: readonly Step[],
  context: ImportContext,
): void {
  const hasLoops = hasOwnLoops(flow);
  const countsSamples = someController(flow, ({ kind }) => kind === 'transaction' || kind === 'while');
  const visit = (element: TestElement, parent: TestElement | null): void => {
    // The number of a message is then not the number of the loop that the counter counts.
    if (hasLoops && element.type === 'CounterConfig') refuseCounter(element, context);
    // JMeter counts the sample of this element in transactions, and as the last sample.
    if (countsSamples && roleOf(element) === 'no request')
      context.refuse(
        element,
        `${element.type} is not supported in a thread group with a Transaction Controller or a While Controller`,
      );
    if (parent !== null && isTransaction(element) && !isParent(element, context))
      context.refuse(
        element,
        'a transaction with a sample of its own is not supported in a transaction with one sample for all',
      );
    const outer = isTransaction(element) && isParent(element, context) ? element : parent;
    for (const child of element.children) visit(child, outer);
  };
  for (const element of elements) visit(element, null);
}

/** Refuses counters of the whole test plan if a thread group has controllers with loops. */
export function refuseSharedCounters(testPlan: TestElement, context: ImportContext): void {
  if (!testPlan.children.some((child) => roleOf(child) === 'group' && hasLoopsInside(child))) return;
  for (const child of testPlan.children) if (child.type === 'CounterConfig') refuseCounter(child, context);
}

function refuseCounter(element: TestElement, context: ImportContext): void {
  context.refuse(element, 'a counter is not supported in a thread group with controllers that have loops');
}

function isTransaction({ type }: TestElement): boolean {
  return type === 'TransactionController';
}

function isParent(element: TestElement, context: ImportContext): boolean {
  return context.isTrue(element, 'TransactionController.parent', new Map());
}

function someController(flow: readonly Step[], is: (step: ControllerStep) => boolean): boolean {
  return flow.some((step) => typeof step !== 'number' && (is(step) || someController(step.steps, is)));
}
