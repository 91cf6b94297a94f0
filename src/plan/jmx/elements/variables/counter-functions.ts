import { isRequest, knownName, roleOf } from '../../registry.ts';
import type { TestElement } from '../../tree.ts';
import type { ParsedElement } from '../../xml.ts';
import type { ImportContext } from '../context.ts';

/**
 * Checks of the function `__counter`, and of `__StringFromFile`, which counts lines. In JMeter the value says how often
 * JMeter evaluated the function: once for each sampler in the scope of the element, and not for a sampler that the thread
 * leaves out (IterationCounter.java, StringFromFile.java).
 */

const COUNTING = ['__counter', '__StringFromFile'];
const COUNTER_OF_EACH_THREAD = /__counter(?!\(\s*false\b)/i;

/** Refuses the function in an element that several samplers evaluate. */
export function refuseSharedCounterFunctions(parent: TestElement, context: ImportContext): void {
  const isShared = samplersUnder(parent).length > 1;
  for (const child of parent.children) {
    const name = COUNTING.find((each) => mentions(child, new RegExp(each)));
    if (isShared && isEvaluatedBySamplers(child) && name !== undefined)
      context.refuse(child, `${name}: the function is not supported in an element for several samplers`);
    refuseSharedCounterFunctions(child, context);
  }
}

/** Refuses the function in each request of a thread group that a failed request before it leaves out. */
export function refuseSkippedCounterFunctions(group: TestElement, context: ImportContext): void {
  const [first] = samplersUnder(group).filter(isRequest);
  const visit = (parent: TestElement): void => {
    for (const child of parent.children) {
      const samplers = isEvaluatedBySamplers(child) ? samplersUnder(parent) : samplersIn(child);
      if (samplers.some((each) => each !== first) && mentions(child, COUNTER_OF_EACH_THREAD))
        context.refuse(
          child,
          '__counter: with on_sample_error=startnextloop, only the first request can have the function',
        );
      visit(child);
    }
  };
  visit(group);
}

function isEvaluatedBySamplers(element: TestElement): boolean {
  return ['HeaderManager', 'UserParameters', 'HttpDefaultsGui'].includes(knownName(element) ?? '');
}

function samplersIn(element: TestElement): TestElement[] {
  return isRequest(element) || roleOf(element) === 'no request' ? [element] : [];
}

/** Returns the samplers that evaluate a setting whose parent is the element. */
function samplersUnder(element: TestElement): TestElement[] {
  return [...samplersIn(element), ...element.children.flatMap(samplersUnder)];
}

function mentions({ properties }: TestElement, what: RegExp): boolean {
  const isIn = ({ text, children }: ParsedElement): boolean => what.test(text) || children.some(isIn);
  return [...properties.values()].some(isIn);
}
