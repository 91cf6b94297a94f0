import { isArray, type Json, JsonObject } from '../../message/json/json.ts';
import type { JsonValue } from './rule.ts';

/**
 * Whether two values are equal. `unknown` if the answer depends on a repeated name, because parsers do not agree which
 * value counts.
 */
export type Equality = 'yes' | 'no' | 'unknown';

/**
 * Whether the values are the same JSON. Numbers are compared as doubles, and the order of names does not matter. The
 * comparison goes only as deep as the expected value, so it takes limited time for a body of any depth.
 */
export function equality(actual: Json, expected: JsonValue): Equality {
  if (typeof expected !== 'object' || expected === null) return yesIf(actual === expected);
  if (Array.isArray(expected)) return isArray(actual) ? ofLists(actual, expected) : 'no';
  return actual instanceof JsonObject ? ofObjects(actual, Object.entries(expected)) : 'no';
}

function ofLists(actual: readonly Json[], expected: readonly JsonValue[]): Equality {
  if (actual.length !== expected.length) return 'no';
  return all(actual.map((value, index) => () => equality(value, expected[index] ?? null)));
}

function ofObjects(actual: JsonObject, expected: readonly (readonly [string, JsonValue])[]): Equality {
  const { names } = actual;
  if (names.size !== expected.length || !expected.every(([name]) => names.has(name))) return 'no';
  if (names.size < actual.members.length) return 'unknown';
  return all(
    expected.map(
      ([name, value]) =>
        () =>
          equality(actual.all(name)[0] ?? null, value),
    ),
  );
}

/**
 * Combines the results for all parts of a value. If one part differs, the values differ, even if the results for other
 * parts are unknown.
 */
function all(parts: readonly (() => Equality)[]): Equality {
  let found: Equality = 'yes';
  for (const part of parts) {
    const equal = part();
    if (equal === 'no') return 'no';
    if (equal === 'unknown') found = 'unknown';
  }
  return found;
}

function yesIf(holds: boolean): Equality {
  return holds ? 'yes' : 'no';
}
