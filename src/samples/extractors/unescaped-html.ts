import { ExtractionError } from './extraction-error.ts';
import { HTML_ENTITIES } from './html-entities.ts';

const ENTITY = /&(?:#(?:[xX]([\da-fA-F]+)|(\d+))|(\w+));/g;
const MAX_INT = 2 ** 31 - 1;
const MAX_CODE_POINT = 0x10ffff;

/**
 * Replaces the escapes of HTML 4 (StringEscapeUtils.java, unescapeHtml4).
 * @throws ExtractionError for an escape with which JMeter writes no sample
 */
export function unescapedHtml(text: string): string {
  return text.replace(ENTITY, (whole, hexadecimal?: string, decimal?: string, name = '') => {
    if (hexadecimal === undefined && decimal === undefined) return HTML_ENTITIES.get(name) ?? whole;
    const code = hexadecimal === undefined ? Number(decimal) : Number.parseInt(hexadecimal, 16);
    if (code > MAX_INT) return whole;
    if (code > MAX_CODE_POINT) throw new ExtractionError(`${whole.slice(0, 50)} is not a character`);
    return String.fromCodePoint(code);
  });
}
