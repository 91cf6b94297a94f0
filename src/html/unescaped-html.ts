import { HTML_ENTITIES } from './html-entities.ts';

const ENTITY = /&(?:#(?:[xX]([\da-fA-F]+)|(\d+))|(\w+));/g;
const MAX_INT = 2 ** 31 - 1;
const MAX_CODE_POINT = 0x10ffff;

/** An escape has a number for which Unicode has no character. Java throws an exception for it. */
export class NoCharacterError extends Error {
  /** The message of Java's exception. */
  readonly messageInJava: string;

  constructor(entity: string, code: number) {
    super(`${entity.slice(0, 50)} is not a character`);
    this.messageInJava = `Not a valid Unicode code point: 0x${code.toString(16).toUpperCase()}`;
  }
}

/**
 * Replaces the escapes of HTML 4 (StringEscapeUtils.java, unescapeHtml4).
 * @throws NoCharacterError
 */
export function unescapedHtml(text: string): string {
  return text.replace(ENTITY, (whole, hexadecimal?: string, decimal?: string, name = '') => {
    if (hexadecimal === undefined && decimal === undefined) return HTML_ENTITIES.get(name) ?? whole;
    const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
    if (code > MAX_INT) return whole;
    if (code > MAX_CODE_POINT) throw new NoCharacterError(whole, code);
    return String.fromCodePoint(code);
  });
}
