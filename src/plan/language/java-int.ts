const LEAST = -(2 ** 31);
const MOST = 2 ** 31 - 1;

/** Reads a property as Java's int. A text that is no such number is 0 (AbstractProperty.java, getIntValue). */
export function javaInt(text: string): number {
  const value = javaLong(text);
  return value >= LEAST && value <= MOST ? value : 0;
}

/** Reads a property as Java's double. A text that is no number is 0 (AbstractProperty.java, getDoubleValue). */
export function javaDouble(text: string): number {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?[fd]?$/i.test(text.trim())
    ? Number.parseFloat(text.trim())
    : 0;
}

/** Reads a property as Java's long. A text that is no whole number is 0 (AbstractProperty.java, getLongValue). */
export function javaLong(text: string): number {
  return /^[+-]?\d+$/.test(text) ? Number(text) : 0;
}
