import { INT_BITS, LONG_BITS, wholeNumber } from '../../java-int.ts';
import { JavaException } from '../java-exception.ts';

/**
 * Reads a number as Java's Integer.parseInt.
 * @throws JavaException if the text is not such a number
 */
export function parseInt32(text: string): number {
  return Number(parsed(text, INT_BITS));
}

/**
 * Reads a number as Java's Long.parseLong.
 * @throws JavaException if the text is not such a number
 */
export function parseInt64(text: string): bigint {
  return parsed(text, LONG_BITS);
}

function parsed(text: string, bits: number): bigint {
  const value = wholeNumber(text, bits);
  if (value !== null) return value;
  throw new JavaException(
    'java.lang.NumberFormatException',
    `For input string: "${text}"`,
    `expected a whole number, not ${JSON.stringify(text.slice(0, 50))}`,
  );
}

/** Adds numbers as IntSum.java does: the sum wraps around, and a last parameter that is no number names a variable. */
export function sumOf(parameters: readonly string[], bits: 32 | 64): { sum: string; variable: string } {
  const numbers = parameters.slice(0, -1).map((text) => parsed(text, bits));
  const last = (parameters.at(-1) ?? '').trim();
  const number = wholeNumber(last, bits);
  const sum = numbers.reduce((total, each) => total + each, number ?? 0n);
  return { sum: String(BigInt.asIntN(bits, sum)), variable: number === null ? last : '' };
}
