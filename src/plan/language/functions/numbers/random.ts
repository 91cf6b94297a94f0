import { randomBytes } from 'node:crypto';
import { ExpressionError } from '../../expression.ts';
import { JavaException } from '../java-exception.ts';
import { trimmedAsInJava } from '../java-trim.ts';
import { parseInt32, parseInt64 } from './whole-number.ts';

/** Longest random text. The limit is needed because the length can come from a response. */
const MAX_LENGTH = 2 ** 20;
const MOST = 2n ** 63n - 1n;
const CODE_POINTS = 0x110000;

/** Returns a random whole number from `least` to `most`, as Random.java. */
export function randomNumber(least: string, most: string): string {
  const from = parseInt64(least.trim());
  const to = parseInt64(most.trim());
  if (to >= from && to < MOST) return String(from + randomBelow(to - from + 1n));
  throw notAbove(`expected a maximum from ${from} to ${MOST - 1n}, not ${to}`);
}

/** Returns the exception of Java's random numbers for an empty range. */
export function notAbove(message: string): JavaException {
  return new JavaException(
    'java.lang.IllegalArgumentException',
    'bound must be greater than origin',
    message,
  );
}

/** Returns a random whole number from 0 to `limit` - 1. */
export function randomBelow(limit: bigint): bigint {
  if (limit <= BigInt(Number.MAX_SAFE_INTEGER)) return BigInt(Math.floor(Math.random() * Number(limit)));
  // A number above the last multiple of the limit would make small results more frequent.
  const all = 2n ** 128n;
  for (;;) {
    const drawn = BigInt(`0x${randomBytes(16).toString('hex')}`);
    if (drawn < all - (all % limit)) return drawn % limit;
  }
}

/** Returns a random text, as RandomString.java: of the given characters, or of all characters of Unicode. */
export function randomText(length: string, characters = ''): string {
  const count = parseInt32(length);
  if (count < 0)
    throw new JavaException(
      'java.lang.IllegalArgumentException',
      `Requested random string length ${count} is less than 0.`,
    );
  if (count > MAX_LENGTH)
    throw new ExpressionError(`a random text of more than ${MAX_LENGTH} characters is not supported`);
  const trimmed = trimmedAsInJava(characters);
  return trimmed === '' ? textOfAnyCharacters(count) : textOf(trimmed, count);
}

function textOf(characters: string, count: number): string {
  let text = '';
  for (let i = 0; i < count; i++) text += characters[Math.floor(Math.random() * characters.length)];
  // Java draws half of a character above U+FFFF, and sends a half as a question mark.
  return text.replace(/\p{Cs}/gu, '?');
}

/** Draws assigned characters that are not for private use. A character above U+FFFF counts as two. */
function textOfAnyCharacters(count: number): string {
  let text = '';
  while (text.length < count) {
    const character = String.fromCodePoint(Math.floor(Math.random() * CODE_POINTS));
    if (!/[\p{Cn}\p{Co}\p{Cs}]/u.test(character) && text.length + character.length <= count)
      text += character;
  }
  return text;
}
