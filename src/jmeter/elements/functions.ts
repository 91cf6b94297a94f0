import { NOT_IN_XML } from './xml.ts';

/**
 * Writes texts in which JMeter finds functions and variables, such as `${__time()}`.
 * Sources: engine/util/FunctionParser.java, ReplaceStringWithFunctions.java.
 */

/** A part of a property's value: either literal text, or a function or variable such as `${…}`. */
export type ValuePiece = { readonly text: string } | { readonly call: string };

const NEEDS_A_FUNCTION = new RegExp(`\\$(?=\\{)|${NOT_IN_XML.source}`, 'gu');

/**
 * Returns the property value that JMeter evaluates to these pieces. JMeter unescapes a value only if it contains a
 * function. So plain text stays unchanged, and a literal `${` must come from a function.
 */
export function functionText(pieces: readonly ValuePiece[]): string {
  const parts = pieces.flatMap((piece) => ('text' in piece ? withCharFunctions(piece.text) : [piece]));
  const hasCall = parts.some((part) => 'call' in part);
  return parts
    .map((part) => {
      if ('call' in part) return part.call;
      return hasCall ? part.text.replaceAll('\\', '\\\\') : part.text;
    })
    .join('');
}

/** Writes text that JMeter must not interpret as functions or variables. */
export function literalText(text: string): string {
  return functionText([{ text }]);
}

/** Writes a value of the plan that has the name of a JMeter property. */
export type Setting = (name: string, value: string | number) => string;

/**
 * Returns `${__P(name,default)}`, which reads a JMeter property. `-Jname=value` and the user's user.properties set such a
 * property.
 */
export const property: Setting = (name, standard) =>
  `\${__P(${name},${String(standard).replace(/[\\,$]/g, '\\$&')})}`;

/** Returns the value itself, so that no JMeter property can change the value. */
export const fixed: Setting = (_, value) => literalText(String(value));

/**
 * Splits the text at characters that literal text in JMeter cannot contain. The function `__char` writes these
 * characters.
 */
function withCharFunctions(text: string): ValuePiece[] {
  const pieces: ValuePiece[] = [];
  let end = 0;
  for (const match of text.matchAll(NEEDS_A_FUNCTION)) {
    pieces.push({ text: text.slice(end, match.index) });
    pieces.push({ call: `\${__char(${match[0].codePointAt(0)})}` });
    end = match.index + match[0].length;
  }
  return [...pieces, { text: text.slice(end) }].filter((piece) => !('text' in piece) || piece.text !== '');
}
