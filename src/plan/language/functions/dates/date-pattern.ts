import { ExpressionError } from '../../expression.ts';

/** A part of a date pattern: a text, or a letter with its number of repetitions. */
export type DatePart = { readonly literal: string } | { readonly letter: DateLetter; readonly count: number };

export type DateLetter = keyof typeof LETTERS;

const upTo = (most: number) => Array.from({ length: most }, (_, i) => i + 1);

/**
 * The letters that qbl computes, with the numbers of repetitions that Java accepts (DateTimeFormatterBuilder.java,
 * appendPattern). The other letters of Java depend on the country, on Java's names of time zones, or on its version.
 */
const LETTERS = {
  G: upTo(5),
  u: upTo(19),
  y: upTo(19),
  M: upTo(5),
  L: upTo(5),
  Q: upTo(5),
  q: upTo(5),
  D: upTo(3),
  d: upTo(2),
  E: upTo(5),
  a: upTo(1),
  h: upTo(2),
  K: upTo(2),
  k: upTo(2),
  H: upTo(2),
  m: upTo(2),
  s: upTo(2),
  S: upTo(9),
  n: upTo(19),
  A: upTo(19),
  N: upTo(19),
  X: upTo(5),
  x: upTo(5),
  Z: upTo(5),
  O: [1, 4],
} as const satisfies Record<string, readonly number[]>;

/**
 * Parses a pattern of Java's DateTimeFormatter.
 * @throws ExpressionError if Java refuses the pattern, or if qbl cannot compute one of its letters
 */
export function parseDatePattern(pattern: string): DatePart[] {
  const parts: DatePart[] = [];
  for (const [piece] of pattern.matchAll(/'(?:[^']|'')*'?|([A-Za-z])\1*|[\s\S]/g)) {
    const part = partOf(piece, pattern);
    const last = parts.at(-1);
    if (last !== undefined && 'literal' in last && 'literal' in part)
      parts[parts.length - 1] = { literal: last.literal + part.literal };
    else parts.push(part);
  }
  return parts;
}

function partOf(piece: string, pattern: string): DatePart {
  const [letter = ''] = piece;
  if (letter === "'") return { literal: quotedText(piece, pattern) };
  if (/[A-Za-z]/.test(letter)) return fieldOf(letter, piece.length, pattern);
  if (/[[\]{}#]/.test(letter)) throw unsupported(pattern, `the character ${letter}`);
  return { literal: piece };
}

function quotedText(piece: string, pattern: string): string {
  if (piece === "''") return "'";
  if (piece.split("'").length % 2 === 0) throw unsupported(pattern, "a ' without a second '");
  return piece.slice(1, -1).replaceAll("''", "'");
}

function fieldOf(letter: string, count: number, pattern: string): DatePart {
  if (!isDateLetter(letter)) throw unsupported(pattern, `the letter ${letter}`);
  const counts: readonly number[] = LETTERS[letter];
  if (!counts.includes(count)) throw unsupported(pattern, letter.repeat(count));
  return { letter, count };
}

function isDateLetter(letter: string): letter is DateLetter {
  return Object.hasOwn(LETTERS, letter);
}

function unsupported(pattern: string, what: string): ExpressionError {
  return new ExpressionError(`${what} in the date pattern ${JSON.stringify(pattern)} is not supported`);
}
