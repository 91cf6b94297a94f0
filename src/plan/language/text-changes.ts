import type { Change } from './filled-text.ts';
import { UnsentError } from './java-url.ts';

/** The changes of texts, by name. They throw UnsentError if JMeter cannot change the text and so sends nothing. */
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
  const wrong = /%(?![\da-f]{2})/i.exec(text);
  if (wrong !== null)
    throw new UnsentError('java.lang.IllegalArgumentException', escapeMistake(text, wrong.index), null);
  return text
    .replaceAll('+', ' ')
    .replace(/(?:%[\da-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
}

/** Returns the message of Java 17 for a `%` without two hexadecimal digits. */
function escapeMistake(text: string, at: number): string {
  const digits = text.slice(at + 1, at + 3);
  if (digits.length < 2) return 'URLDecoder: Incomplete trailing escape (%) pattern';
  const wrong = digits.search(/[^\da-f]/i);
  return `URLDecoder: Illegal hex characters in escape (%) pattern - Error at index ${wrong} in: "${digits}"`;
}
