import { HTML_ENTITIES } from '../../../../html/html-entities.ts';
import { NoCharacterError, unescapedHtml } from '../../../../html/unescaped-html.ts';
import { ExpressionError } from '../../expression.ts';
import { JavaException } from '../java-exception.ts';

/** The escapes of EscapeHtml.java, UnEscapeHtml.java, EscapeXml.java and UnEscape.java. */

const NAMES = new Map([...HTML_ENTITIES].map(([name, character]) => [character, name]));

export function escapedHtml(text: string): string {
  return text.replace(/["&<>\u00a0-\uffff]/g, (character) => {
    const name = NAMES.get(character);
    return name === undefined ? character : `&${name};`;
  });
}

/** @throws JavaException for a number that is not a character */
export function unescapedHtmlText(text: string): string {
  try {
    return unescapedHtml(text);
  } catch (error) {
    if (!(error instanceof NoCharacterError)) throw error;
    throw new JavaException('java.lang.IllegalArgumentException', error.messageInJava, error.message);
  }
}

const XML_NAMES: Readonly<Record<string, string>> = {
  '"': '&quot;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  "'": '&apos;',
};

/** Escapes a text for XML 1.0, and removes characters that XML does not allow. */
export function escapedXml(text: string): string {
  return (
    text
      .replace(/["&<>']/g, (each) => XML_NAMES[each] ?? each)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML does not allow these characters.
      .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Cs}/gu, '')
      .replace(/[\x7f-\x84\x86-\x9f]/g, (each) => `&#${each.charCodeAt(0)};`)
  );
}

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  n: '\n',
  t: '\t',
  f: '\f',
  r: '\r',
};

/**
 * Replaces the escapes of Java's strings: `\n`, `\u0041`, `\101`. Any other backslash is removed.
 * @throws ExpressionError after `\u` without four hexadecimal digits
 */
export function unescapedJava(text: string): string {
  return text.replace(/\\(?:([0-3]?[0-7]{1,2})|u+\+?([\da-fA-F]{4})|([\s\S]?))/g, (_, octal, hex, other) => {
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (other === 'u') throw new ExpressionError('expected four hexadecimal digits after each \\u');
    return ESCAPES[other] ?? other;
  });
}
