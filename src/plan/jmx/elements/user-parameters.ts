import type { FilledText } from '../language/evaluate.ts';
import { collectionOf, type TestElement } from '../tree.ts';
import type { Definition, ImportContext, Variables } from './context.ts';

/**
 * User Parameters are a pre-processor: JMeter evaluates them in order, again for each sample.
 * Source: modifiers/UserParameters.java.
 */

/** Refuses User Parameters with more than one value for each message. */
export function checkUserParameters(
  element: TestElement,
  variables: Variables,
  context: ImportContext,
): void {
  if (collectionOf(element, 'UserParameters.thread_values').length > 1) {
    context.refuse(element, 'values for more than one user are not supported');
  }
  if (context.isTrue(element, 'UserParameters.per_iteration', variables)) {
    context.refuse(element, 'UserParameters.per_iteration=true is not supported');
  }
}

/** The variables of one request, with those that the element defines. Unused variables are not evaluated. */
export function defineUserParameters(
  element: TestElement,
  variables: Variables,
  context: ImportContext,
): Variables {
  const values = collectionOf(element, 'UserParameters.thread_values')[0]?.children ?? [];
  const defined = new Map(variables);
  for (const [index, { text: name }] of collectionOf(element, 'UserParameters.names').entries()) {
    defined.set(name, definitionOf(values[index]?.text ?? '', new Map(defined), context));
  }
  return defined;
}

/** All mentions in one message get the same value. */
function definitionOf(text: string, earlier: Variables, context: ImportContext): Definition {
  let value: FilledText | null = null;
  return (message) => {
    value ??= context.evaluate(text, context.scope(earlier, message));
    return value;
  };
}
