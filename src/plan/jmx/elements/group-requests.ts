import type { Request } from '../../plan.ts';
import { roleOf } from '../registry.ts';
import type { TestElement } from '../tree.ts';
import type { ImportContext } from './context.ts';
import { importHttpRequest } from './http-request.ts';
import { enter, refuseTree, type TreeLevel } from './level.ts';
import { refuseOtherProperties } from './properties.ts';

/** A request of a thread group, and the element of the file that defines it. */
export interface ImportedRequest {
  readonly element: TestElement;
  readonly request: Request;
}

/** Reads the requests among elements of a thread group, in the order in which each loop sends them. */
export function importRequests(
  elements: readonly TestElement[],
  level: TreeLevel,
  context: ImportContext,
): ImportedRequest[] {
  return elements.flatMap((element) => {
    switch (roleOf(element)) {
      case 'request':
        return [{ element, request: importHttpRequest(element, level, context) }];
      case 'refused request':
        context.refuse(
          element,
          `${element.type} is not supported here: JMeter sends it with the HTTP client of Java, expected HTTPSamplerProxy`,
        );
        return [{ element, request: importHttpRequest(element, level, context) }];
      case 'sequence':
      case 'fragment':
        refuseOtherProperties(element, context);
        return requestsUnder(element, level, context);
      case 'no request':
        checkNoRequest(element, level, context);
        return [];
      default:
        return refuseWithRequests(element, level, context);
    }
  });
}

function requestsUnder(element: TestElement, outer: TreeLevel, context: ImportContext): ImportedRequest[] {
  const { level, rest } = enter(element, outer, context);
  return importRequests(rest, level, context);
}

/**
 * Refuses an element, and everything under it that qbl cannot send. Returns the requests under the element. So one error
 * lists the mistakes of these requests too, and `qbl import` can write the requests.
 */
export function refuseWithRequests(
  element: TestElement,
  level: TreeLevel,
  context: ImportContext,
): ImportedRequest[] {
  context.refuse(element, `${element.type} is not supported here`);
  return requestsUnder(element, level, context);
}

/**
 * Refuses what a sampler without a request would change: the time of later requests, the variables of a thread, and the
 * end of a thread after a failed assertion.
 */
function checkNoRequest(element: TestElement, outer: TreeLevel, context: ImportContext): void {
  const { level, rest } = enter(element, outer, context);
  for (const below of rest) refuseTree(below, context);
  if (level.timers.length > 0)
    context.refuse(
      element,
      `${element.type} with a timer is not supported: expected no timer in the scope of the element`,
    );
  if (level.assertions.length > 0)
    context.refuse(
      element,
      `${element.type} with an assertion is not supported: expected no assertion in the scope of the element`,
    );
  if (level.extractors.length > 0)
    context.refuse(
      element,
      `${element.type} with an extractor is not supported: expected no extractor in the scope of the element`,
    );
}
