import { createHash } from 'node:crypto';
import { ExpressionError } from '../../expression.ts';
import { JavaException } from '../java-exception.ts';
import { parseInt32 } from '../numbers/whole-number.ts';

/** Changes the case of a text (ChangeCase.java). An unknown mode leaves the text as it is. */
export function changedCase(text: string, mode = ''): string {
  switch (mode.toUpperCase()) {
    case '':
    case 'UPPER':
      return text.toUpperCase();
    case 'LOWER':
      return text.toLowerCase();
    case 'CAPITALIZE': {
      const [first = ''] = text;
      // A character such as ß has a longer form, which Java does not use for one character.
      const upper = first.toUpperCase();
      return (upper.length === first.length ? upper : first) + text.slice(first.length);
    }
    default:
      return text;
  }
}

/** The algorithms of Java, by their names in OpenSSL. */
const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  SHA: 'sha1',
  SHA1: 'sha1',
  'SHA-1': 'sha1',
  'SHA-224': 'sha224',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
  'SHA-512/224': 'sha512-224',
  'SHA-512/256': 'sha512-256',
  'SHA3-224': 'sha3-224',
  'SHA3-256': 'sha3-256',
  'SHA3-384': 'sha3-384',
  'SHA3-512': 'sha3-512',
};

/**
 * Returns the algorithm's name in OpenSSL.
 * @throws ExpressionError if the algorithm is not supported
 */
export function checkAlgorithm(algorithm: string): string {
  const name = algorithm.toUpperCase();
  const known = Object.hasOwn(ALGORITHMS, name) ? ALGORITHMS[name] : undefined;
  if (known !== undefined) return known;
  throw new ExpressionError(`the digest algorithm ${JSON.stringify(algorithm)} is not supported`);
}

/** Returns the digest of a text and a salt as hexadecimal digits (DigestEncodeFunction.java). */
export function digestOf(algorithm: string, text: string, salt = '', inUpperCase = ''): string {
  const digest = createHash(checkAlgorithm(algorithm)).update(text).update(salt).digest('hex');
  return inUpperCase.toLowerCase() === 'true' ? digest.toUpperCase() : digest;
}

/** Returns the characters with the given numbers (CharFunction.java). A text that is no number adds nothing. */
export function charactersOf(codes: readonly string[]): string {
  return codes.map((code) => character(code.trim())).join('');
}

/** Reads a number as Java's Long.decode and returns the character of its lowest 16 bits. */
function character(code: string): string {
  const [, sign = '', hexadecimal, octal, decimal] =
    /^([+-]?)(?:(?:0x|#)([\da-f]+)|0([0-7]+)|(\d+))$/i.exec(code) ?? [];
  const digits = hexadecimal ?? octal ?? decimal;
  if (digits === undefined || digits.length > 100) return '';
  const value = BigInt(
    hexadecimal !== undefined ? `0x${digits}` : octal !== undefined ? `0o${digits}` : digits,
  );
  const signed = sign === '-' ? -value : value;
  if (BigInt.asIntN(64, signed) !== signed) return '';
  return String.fromCharCode(Number(BigInt.asUintN(16, signed)));
}

/**
 * Returns a part of a text (Substring.java of the JMeter plug-ins).
 * @throws ExpressionError if the part is not inside the text
 */
export function partOf(text: string, begin: string, end: string): string {
  const from = parseInt32(begin.trim());
  const to = parseInt32(end.trim());
  if (from < 0 || to > text.length || from > to)
    throw new JavaException(
      'java.lang.StringIndexOutOfBoundsException',
      `begin ${from}, end ${to}, length ${text.length}`,
    );
  return text.slice(from, to);
}
