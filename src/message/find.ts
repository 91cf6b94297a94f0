import { type Claim, parseClaim } from './claim.ts';
import { RESERVED_KEY } from './identity.ts';
import { isObject, type JsonObject } from './shape.ts';

/** An object that carries a claim under the reserved key. */
export interface Found {
  readonly object: JsonObject;
  readonly claim: Claim;
}

/** An envelope nests a few levels; a value nested deeper is not searched. */
const MAX_DEPTH = 16;
/** An envelope may carry the body as a text of JSON. */
const MAY_HOLD_JSON = /^\s*[{[].*"qbl"/s;

/** Finds the identity wherever it stands in the value: in an envelope's field, or in a text that is JSON. */
export function findIdentity(value: unknown, depth = 0): Found | null {
  if (depth > MAX_DEPTH) return null;
  if (typeof value === 'string') return findInText(value, depth);
  if (Array.isArray(value)) return firstFound(value, depth);
  if (!isObject(value)) return null;
  const claim = parseClaim(value[RESERVED_KEY]);
  return claim === null ? firstFound(Object.values(value), depth) : { object: value, claim };
}

function firstFound(values: readonly unknown[], depth: number): Found | null {
  for (const value of values) {
    const found = findIdentity(value, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function findInText(text: string, depth: number): Found | null {
  if (!MAY_HOLD_JSON.test(text)) return null;
  try {
    return findIdentity(JSON.parse(text), depth + 1);
  } catch {
    return null;
  }
}
