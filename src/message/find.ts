import { type Claim, parseClaim } from './claim.ts';
import { RESERVED_KEY } from './identity.ts';
import { isObject, type JsonObject } from './shape.ts';

/** An object that carries a claim under the reserved key. */
export interface Found {
  readonly object: JsonObject;
  readonly claim: Claim;
}

const MAY_BE_JSON = /^\s*["{[]/;

/**
 * Finds the first identity wherever it stands in the value: in an envelope's field, or in a text that is JSON, which
 * may hold a text of JSON again. However deep: a walk without recursion needs no bound.
 */
export function findIdentity(value: unknown): Found | null {
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (isObject(next)) {
      const claim = parseClaim(next[RESERVED_KEY]);
      if (claim !== null) return { object: next, claim };
    }
    for (const part of partsOf(next).toReversed()) pending.push(part);
  }
  return null;
}

function partsOf(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return jsonIn(value);
  if (Array.isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

/** The key is looked for without its quotes: each text around it escapes them once more. */
function jsonIn(text: string): readonly unknown[] {
  if (!MAY_BE_JSON.test(text) || !text.includes(RESERVED_KEY)) return [];
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}
