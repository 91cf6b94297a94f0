import type { JsonValue } from './rule.ts';

/** A list has only its indexes as own names, and `length`. So an index with a leading zero is never found. */
const INDEX = /^\d+$/;

/** The value that a pointer leads to. Undefined if there is none, because JSON has no such value. */
export function valueAt(document: unknown, tokens: readonly string[]): unknown {
  let value = document;
  for (const token of tokens) {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) && !INDEX.test(token)) return undefined;
    if (!Object.hasOwn(value, token)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[token];
  }
  return value;
}

/**
 * True if the values are the same JSON. Numbers are compared as doubles, and the order of names does not matter. No
 * deeper than the expected value, so a body of any depth is compared in bounded time.
 */
export function isSameJson(actual: unknown, expected: JsonValue): boolean {
  if (typeof expected !== 'object' || expected === null) return actual === expected;
  if (typeof actual !== 'object' || actual === null) return false;
  if (Array.isArray(actual) !== Array.isArray(expected)) return false;
  const names = Object.keys(expected);
  return (
    Object.keys(actual).length === names.length &&
    names.every(
      (name) => Object.hasOwn(actual, name) && isSameJson(property(actual, name), property(expected, name)),
    )
  );
}

function property<T>(of: object, name: string): T {
  return (of as Readonly<Record<string, T>>)[name] as T;
}
