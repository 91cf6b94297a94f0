import { ExpressionError } from '../../../language/expression.ts';
import { type Change, type FilledText, needsThread } from '../../../language/filled-text.ts';
import { UnsentError } from '../../../language/java-url.ts';
import { CHANGES } from '../../../language/text-changes.ts';

/** Encodes a text as in a form. */
export function formEncoded(text: FilledText): FilledText {
  return changed(text, 'formEncoded');
}

/**
 * Decodes a text of a form.
 * @throws ExpressionError if JMeter cannot decode the text, so that JMeter sends nothing
 */
export function formDecoded(text: FilledText): FilledText {
  return changed(text, 'formDecoded');
}

/**
 * Changes the literals of a text. The values of the plan's own variables have only characters that stay the same. A text
 * with variables of the thread is changed while the test runs.
 */
function changed(text: FilledText, change: Change): FilledText {
  if (needsThread(text)) return [{ change, text }];
  return text.map((part) => ('literal' in part ? { literal: changedLiteral(part.literal, change) } : part));
}

function changedLiteral(text: string, change: Change): string {
  try {
    return CHANGES[change](text);
  } catch (error) {
    if (!(error instanceof UnsentError)) throw error;
    throw new ExpressionError(
      `% without two hexadecimal digits in "${text.slice(0, 50)}" is not supported: write %25`,
    );
  }
}
