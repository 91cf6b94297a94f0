import type { MessageScope } from '../../../language/evaluate.ts';
import { ExpressionError } from '../../../language/expression.ts';
import type { FilledText } from '../../../language/filled-text.ts';
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
  if (unknown !== undefined)
    context.refuse(element, `${property}: a counter in a controller is not supported`);
  return filled;
}

function mentionsIn(text: FilledText): string[] {
  return text.flatMap((part) => {
    if ('mention' in part) return [part.mention];
    if ('change' in part) return mentionsIn(part.text);
    return 'call' in part ? part.parameters.flatMap(mentionsIn) : [];
  });
}
