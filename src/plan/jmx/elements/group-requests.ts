import type { Request } from '../../plan.ts';
import { roleOf } from '../registry.ts';
import type { TestElement } from '../tree.ts';
import type { ImportContext } from './context.ts';
import { type ControllerFields, controllerFields } from './controllers/controller-reader.ts';
import { importHttpRequest } from './http-request.ts';
import { enter, refuseTree, type TreeLevel } from './level.ts';
import { refuseOtherProperties } from './properties.ts';

/** A request of a thread group, and the element of the file that defines it. */
export interface ImportedRequest {
  readonly element: TestElement;
  readonly request: Request;
}

/** A controller of a thread group, and what is in it. */
export interface ImportedController {
  readonly element: TestElement;
  readonly controller: ControllerFields;
  readonly steps: readonly ImportedStep[];
}

export type ImportedStep = ImportedRequest | ImportedController;

/** Reads the requests and controllers among elements of a thread group, in the order of the file. */
export function importSteps(
  elements: readonly TestElement[],
  level: TreeLevel,
  context: ImportContext,
): ImportedStep[] {
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
      case 'controller':
        return [importController(element, level, context)];
      case 'no request':
        checkNoRequest(element, level, context);
        return [];
      default:
        return refuseWithRequests(element, level, context);
    }
  });
}

function importController(
  element: TestElement,
  outer: TreeLevel,
  context: ImportContext,
): ImportedController {
  refuseOtherProperties(element, context);
  const controller = controllerFields(element, outer, context);
  const { level, rest } = enter(element, withIndex(controller, outer), context);
  // JMeter checks these assertions on the sample of the transaction too, which has no response.
  if (controller.kind === 'transaction' && controller.isParent && level.assertions.length > 0)
    context.refuse(
      element,
      'TransactionController.parent=true with an assertion is not supported: expected no assertion in the scope of the element',
    );
  return { element, controller, steps: importSteps(rest, level, context) };
}

/** In a loop, JMeter sets a variable to the number of the iteration, from 0 (IteratingController.java). */
function withIndex({ kind, name }: ControllerFields, level: TreeLevel): TreeLevel {
  if (!['loop', 'while', 'forEach'].includes(kind)) return level;
  const index = `__jm__${name}__idx`;
  return { ...level, variables: new Map([...level.variables, [index, () => [{ variable: index }]]]) };
}

/**
 * Refuses an element, and everything under it that qbl cannot send. Returns the requests under the element. So one error
 * lists the mistakes of these requests too, and `qbl import` can write the requests.
 */
export function refuseWithRequests(
  element: TestElement,
  level: TreeLevel,
  context: ImportContext,
): ImportedStep[] {
  context.refuse(element, `${element.type} is not supported here`);
  const inner = enter(element, level, context);
  return importSteps(inner.rest, inner.level, context);
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
