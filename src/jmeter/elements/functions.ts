import { NOT_IN_XML } from './xml.ts';

/**
 * JMeter's language of functions and variables, written as it reads them.
 * Source: engine/util/FunctionParser.java and ReplaceStringWithFunctions.java.
 */

/** A piece of a property's value: text that is meant as it stands, or a function or variable, `${…}`. */
export type ValuePiece = { readonly text: string } | { readonly call: string };

const NEEDS_A_FUNCTION = new RegExp(`\\$(?=\\{)|${NOT_IN_XML.source}`, 'gu');

/**
 * The value of a property that JMeter evaluates to the pieces. Only a value with a function in it is unescaped,
 * so that text alone stays as it is, and a `${` in it has to be made by a function.
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

/** Text that JMeter shall take as it stands. */
export function literalText(text: string): string {
  return functionText([{ text }]);
}

/** `${__P(name,default)}`: a property of JMeter, which `-Jname=value` sets. */
export function property(name: string, standard: string | number): string {
  return `\${__P(${name},${String(standard).replace(/[\\,$]/g, '\\$&')})}`;
}

/** The text cut at what it cannot hold, which `__char` makes. */
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
