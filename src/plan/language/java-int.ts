export const INT_BITS = 32;
export const LONG_BITS = 64;

/** Reads a property as Java's int. A text that is no such number is 0 (AbstractProperty.java, getIntValue). */
export function javaInt(text: string): number {
  return Number(wholeNumber(text, INT_BITS) ?? 0n);
}

/** Reads a property as Java's double. A text that is no number is 0 (AbstractProperty.java, getDoubleValue). */
export function javaDouble(text: string): number {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?[fd]?$/i.test(text.trim())
    ? Number.parseFloat(text.trim())
    : 0;
}

/** Reads a property as Java's long. A text that is no whole number is 0 (AbstractProperty.java, getLongValue). */
export function javaLong(text: string): number {
  return Number(wholeNumber(text, LONG_BITS) ?? 0n);
}

/** Returns the number. Null if the text is not a whole number with that many bits. */
export function wholeNumber(text: string, bits: number): bigint | null {
  // The length is limited because BigInt takes quadratic time for long texts.
  if (!/^[+-]?\d+$/.test(text) || text.replace(/^[+-]?0*/, '').length > 20) return null;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return BigInt.asIntN(bits, value) === value ? value : null;
}
