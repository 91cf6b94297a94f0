import { RegexError } from './syntax.ts';
import type { TextReader } from './text-reader.ts';

const CONTROLS: Readonly<Record<string, number>> = { n: 0x0a, r: 0x0d, t: 0x09, f: 0x0c, e: 0x1b, a: 0x07 };
const HEXADECIMAL = /x([\da-fA-F]{1,2})/y;
const OCTAL = /0([0-7]{0,2})/y;

/** Reads the text after a backslash that stands for one character, and returns the code of this character. */
export function escapedCharacter(reader: TextReader): number {
  const hexadecimal = reader.take(HEXADECIMAL);
  if (hexadecimal !== null) return Number.parseInt(hexadecimal[1] ?? '', 16);
  const octal = reader.take(OCTAL);
  if (octal !== null) return Number.parseInt(`0${octal[1]}`, 8);
  const character = reader.next();
  const control = CONTROLS[character];
  if (control !== undefined) return control;
  if (character === '') throw new RegexError('a backslash is the last character');
  if (/[a-zA-Z0-9]/.test(character)) throw new RegexError(`\\${character} is not supported`);
  return character.charCodeAt(0);
}
