import { type FilledText, needsThread } from '../../../language/filled-text.ts';
import { collectionOf, type TestElement } from '../../tree.ts';
import type { Definition, ImportContext, Variables } from '../context.ts';
import { storesVariables } from './names-set-by-functions.ts';
import { namesSetBy } from './variable-setters.ts';

/**
 * User Parameters set variables before a request. JMeter evaluates them in order, again for each sample
 * (modifiers/UserParameters.java).
 */

/**
 * Refuses User Parameters with values for more than one user, and User Parameters that change only once in each
 * loop.
 */
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
  // JMeter evaluates each value, but qbl only the values that a request uses.
  if (storesVariables(element))
    context.refuse(element, 'a function that stores its value in a variable is not supported');
}

/**
 * Returns the given variables together with the User Parameters of one request. A variable that no text mentions is
 * not evaluated.
 */
export function defineUserParameters(
  element: TestElement,
  variables: Variables,
  context: ImportContext,
): Variables {
  const values = collectionOf(element, 'UserParameters.thread_values')[0]?.children ?? [];
  const defined = new Map(variables);
  for (const [index, name] of namesSetBy(element, variables, context).entries()) {
    defined.set(name, definitionOf(values[index]?.text ?? '', new Map(defined), context));
  }
  return defined;
}

/** Returns a text that has the same value in all its mentions in a message, even if a function draws the value. */
function oneValue(text: FilledText, { ownVariables }: ImportContext): FilledText {
  return needsThread(text) ? [{ mention: ownVariables.text(text) }] : text;
}

/**
 * Returns a definition that evaluates the text once for each message. So all mentions in a message get the same
 * value.
 */
function definitionOf(text: string, earlier: Variables, context: ImportContext): Definition {
  let value: FilledText | null = null;
  return (message) => {
    value ??= oneValue(context.evaluate(text, context.scope(earlier, message)), context);
    return value;
  };
}
