import type { MessageScope } from '../../../language/evaluate.ts';
import { ExpressionError } from '../../../language/expression.ts';
import type { FilledText } from '../../../language/filled-text.ts';
import { LAST_SAMPLE_OK } from '../../../language/thread-variables.ts';
import type { TestElement } from '../../tree.ts';
import type { ImportContext } from '../context.ts';
import type { TreeLevel } from '../level.ts';

/** The variables of the plan's templates that have a value outside a message. */
const OUTSIDE_MESSAGES = ['thread', 'run', 'now', 'uuid'];

const NO_MESSAGE: MessageScope = {
  uuid: () => 'uuid',
  counter: () => {
    throw new ExpressionError('a counter in a controller is not supported');
  },
};

/** Returns a text that JMeter evaluates while the test runs, but for no message. */
export function controllerText(
  element: TestElement,
  property: string,
  text: string,
  { variables }: TreeLevel,
  context: ImportContext,
): FilledText {
  const filled = context.filled(element, property, text, context.scope(variables, NO_MESSAGE));
  const unknown = mentionsIn(filled).find((name) => !OUTSIDE_MESSAGES.includes(name));
  if (readsLastResult(filled))
    context.refuse(element, `${property}: the variable ${LAST_SAMPLE_OK} is not supported in a controller`);
  if (unknown !== undefined)
    context.refuse(element, `${property}: a counter in a controller is not supported`);
  return filled;
}

/** A transaction changes this variable, too. */
function readsLastResult(text: FilledText): boolean {
  return JSON.stringify(text).includes(JSON.stringify(LAST_SAMPLE_OK));
}

function mentionsIn(text: FilledText): string[] {
  return text.flatMap((part) => {
    if ('mention' in part) return [part.mention];
    if ('change' in part) return mentionsIn(part.text);
    return 'call' in part ? part.parameters.flatMap(mentionsIn) : [];
  });
}
