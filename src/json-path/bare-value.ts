import { JavaNumber, NotJson, type Value } from './value.ts';

/** Only one part matches zeros at the start, so that a long row of zeros takes linear time. */
const NUMBER = /^(-?)0*((?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const ESCAPE = /\\(?:u([\da-fA-F]{4})|(u)|(.))/gs;
const CONTROLS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** Reads a text without quotes: a word, a number, or else a string. */
export function bareValue(text: string): Value {
  // JMeter reads these two texts as numbers that are no JSON.
  if (text === 'NaN' || text === '-') throw new NotJson();
  const word = WORDS.get(text);
  if (word !== undefined) return word;
  const [, sign, digits] = NUMBER.exec(text) ?? [];
  return digits === undefined ? text : new JavaNumber(`${sign}${digits}`);
}

/** Replaces the escapes of a text in quotes. An unknown escape stands for nothing. */
export function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(ESCAPE, (_, code?: string, cut?: string, character = '') => {
    if (cut !== undefined) throw new NotJson();
    if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16));
    return '"\'\\/'.includes(character) ? character : (CONTROLS[character] ?? '');
  });
}
