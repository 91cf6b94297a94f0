/**
 * JMeter reads control characters in a .jmx file, also as references such as `&#x1;`, although XML 1.0 forbids them
 * (XStream's MXParser). These characters stand for them while a parser reads the text as XML.
 */
const FIRST_STAND_IN = 0xf700;
const PADDING = '\uf8ff';

const STAND_INS = /[\uf700-\uf71f\uf8ff]/;
const STAND_IN = /([\uf700-\uf71f])\uf8ff*/g;
/** A control character that XML forbids, or a reference to one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the file can contain them
const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f]|&#(?:x0*([0-8bcef]|1[\da-f])|0*(\d|1[124-9]|2\d|3[01]));/gi;

/** Whether qbl cannot replace the control characters of a text, because it contains the characters that would stand for them. */
export function hasStandIns(text: string): boolean {
  return STAND_INS.test(text);
}

/** Replaces control characters by characters that XML allows. The length of the text stays the same. */
export function withoutControls(text: string): string {
  return text.replace(CONTROL, (found, hex?: string, decimal?: string) => {
    const code = codeOf(found, hex, decimal);
    if (code === 0x09 || code === 0x0a || code === 0x0d) return found;
    return String.fromCharCode(FIRST_STAND_IN + code) + PADDING.repeat(found.length - 1);
  });
}

/** Puts the control characters back into a part of the text. */
export function withControls(text: string): string {
  return text.replace(STAND_IN, (_, standIn: string) =>
    String.fromCharCode(standIn.charCodeAt(0) - FIRST_STAND_IN),
  );
}

function codeOf(found: string, hex?: string, decimal?: string): number {
  if (hex !== undefined) return Number.parseInt(hex, 16);
  return decimal === undefined ? found.charCodeAt(0) : Number(decimal);
}
