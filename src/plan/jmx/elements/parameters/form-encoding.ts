import type { FilledText } from '../../language/evaluate.ts';
import { ExpressionError } from '../../language/expression.ts';

/**
 * Encodes a text as in a form (URLEncoder.java, and URLEncodedUtils.java of HttpClient). Variables stay as they are:
 * their values have only characters that need no encoding.
 */
export function formEncoded(text: FilledText): FilledText {
  return withLiterals(text, encodedLiteral);
}

/**
 * Decodes a text of a form (URLDecoder.java).
 * @throws ExpressionError if JMeter cannot decode the text, so that JMeter sends nothing
 */
export function formDecoded(text: FilledText): FilledText {
  return withLiterals(text, decodedLiteral);
}

function withLiterals(text: FilledText, change: (literal: string) => string): FilledText {
  return text.map((part) => ('literal' in part ? { literal: change(part.literal) } : part));
}

function encodedLiteral(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '?'))
    .replace(/[!~'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

function decodedLiteral(text: string): string {
  if (/%(?![\da-f]{2})/i.test(text)) {
    throw new ExpressionError(
      `% without two hexadecimal digits in "${text.slice(0, 50)}" is not supported: write %25`,
    );
  }
  return text
    .replaceAll('+', ' ')
    .replace(/(?:%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
}
