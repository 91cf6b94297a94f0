import { isList, JavaNumber, type Value } from './value.ts';

/** json-smart also escapes the slash, and characters that are not safe in web pages. */
const ESCAPED = /["\\/\p{Cc}\u2000-\u20ff]/gu;
const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** Writes a value as JSON, as JMeter does (json-smart, JSONStyle.NO_COMPRESS). */
export function jsonText(value: Value): string {
  if (value instanceof JavaNumber) return isInfinite(value) ? 'null' : numberText(value);
  if (isList(value)) return `[${value.map(jsonText).join(',')}]`;
  if (typeof value === 'string') return `"${value.replace(ESCAPED, escaped)}"`;
  if (!(value instanceof Map)) return String(value);
  return `{${[...value].map(([name, member]) => `${jsonText(name)}:${jsonText(member)}`).join(',')}}`;
}

function escaped(character: string): string {
  const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
  return SHORT[character] ?? `\\u${code}`;
}

/** Writes a value with Java's toString. */
export function javaText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value instanceof JavaNumber) return numberText(value);
  if (!(value instanceof Map)) return jsonText(value);
  return `{${[...value].map(([name, member]) => `${name}=${javaText(member)}`).join(', ')}}`;
}

/** The name of the class that holds a value. */
export function className(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return 'java.lang.String';
  if (typeof value === 'boolean') return 'java.lang.Boolean';
  if (isList(value)) return 'net.minidev.json.JSONArray';
  if (!(value instanceof JavaNumber)) return 'java.util.LinkedHashMap';
  if (!value.isWhole) return value.isDecimal ? 'java.math.BigDecimal' : 'java.lang.Double';
  const whole = BigInt(value.written);
  if (BigInt.asIntN(32, whole) === whole) return 'java.lang.Integer';
  return BigInt.asIntN(64, whole) === whole ? 'java.lang.Long' : 'java.math.BigInteger';
}

function numberText(number: JavaNumber): string {
  if (number.isWhole) return String(BigInt(number.written));
  return number.isDecimal ? number.written : doubleText(number.value);
}

/** Writes a number as Java's Double.toString: with an exponent below 0.001 and from 10,000,000. */
function doubleText(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) return withFraction(String(value));
  const [digits = '', exponent] = value.toExponential().split('e');
  return `${withFraction(digits)}E${Number(exponent)}`;
}

/** Writes a number without an exponent, with at least one digit after the point (JSONPathAssertion.java). */
export function plainText(number: JavaNumber): string {
  if (number.isWhole || number.isDecimal) return numberText(number);
  if (isInfinite(number)) return number.value > 0 ? '∞' : '-∞';
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(number.value.toExponential()) ?? [];
  const digits = whole + fraction;
  const point = 1 + Number(exponent);
  const before = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  const after = point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  return `${sign}${before}.${after === '' ? '0' : after}`;
}

/** Whether Java holds the number as an infinite Double, because the number is too large. */
function isInfinite(number: JavaNumber): boolean {
  return !number.isWhole && !number.isDecimal && !Number.isFinite(number.value);
}

function withFraction(digits: string): string {
  return digits.includes('.') ? digits : `${digits}.0`;
}
