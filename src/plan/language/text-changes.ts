import { ExpressionError } from './expression.ts';
import type { Change } from './filled-text.ts';

/** The changes of texts, by name. They throw ExpressionError if JMeter cannot change the text and so sends nothing. */
export const CHANGES: Readonly<Record<Change, (text: string) => string>> = {
  formEncoded: encoded,
  formDecoded: decoded,
  withoutSpaces: (text) => text.replaceAll(' ', '%20'),
};

/** Encodes a text as in a form (URLEncoder.java, and URLEncodedUtils.java of HttpClient). */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Cs}/gu, '?'))
    .replace(/[!~'()]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

/** Decodes a text of a form (URLDecoder.java). */
function decoded(text: string): string {
  if (/%(?![\da-f]{2})/i.test(text)) {
    throw new ExpressionError(
      `% without two hexadecimal digits in "${text.slice(0, 50)}" is not supported: write %25`,
    );
  }
  return text
    .replaceAll('+', ' ')
    .replace(/(?:%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
}
