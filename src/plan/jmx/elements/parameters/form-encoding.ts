import { type Change, type FilledText, needsThread } from '../../../language/filled-text.ts';
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
  return text.map((part) => ('literal' in part ? { literal: CHANGES[change](part.literal) } : part));
}
