import { type Claim, parseClaim } from '../claim.ts';
import { RESERVED_KEY } from '../identity.ts';
import { type BrokenText, parseEmbedded } from '../json/embedded-json.ts';
import { childrenOf, type Json, JsonObject } from '../json/json.ts';
import { parseJson } from '../json/parse-json.ts';

/** An object that has a claim under the reserved key `qbl`. */
export interface Found {
  readonly object: JsonObject;
  readonly claim: Claim;
}

/** Maximum number of objects with an identity that are read in one value. For each of them, checksums are computed. */
const MAX_FOUND = 8;

/**
 * Finds the objects with an identity, at any depth: also inside other objects, and inside strings that contain JSON.
 * Outer objects come before inner objects.
 */
export function* identitiesIn(text: string): Generator<Found> {
  let count = 0;
  for (const part of partsOf(text)) {
    const found = part instanceof JsonObject ? identityOf(part) : null;
    if (found === null) continue;
    yield found;
    if (++count === MAX_FOUND) return;
  }
}

function identityOf(object: JsonObject): Found | null {
  for (const value of object.all(RESERVED_KEY)) {
    const claim = parseClaim(value);
    if (claim !== null) return { object, claim };
  }
  return null;
}

/** Finds the first object with an identity. Null if no object has an identity. */
export function findIdentity(text: string): Found | null {
  for (const found of identitiesIn(text)) return found;
  return null;
}

/**
 * Yields all objects of a JSON text, and all strings that may be damaged JSON, in order. Strings that contain JSON are
 * parsed too. The function uses no recursion, so any depth is safe.
 */
export function* partsOf(text: string): Generator<JsonObject | BrokenText> {
  const pending: Json[] = [];
  const whole = parseJson(text);
  if ('failedAt' in whole) yield { text, failedAt: whole.failedAt };
  else if ('value' in whole) pending.push(whole.value);
  for (;;) {
    const next = pending.pop();
    if (next === undefined) return;
    if (next instanceof JsonObject) yield next;
    for (const child of childrenOf(next).toReversed()) pending.push(child);
    if (typeof next !== 'string') continue;
    if (!mayName(next)) continue;
    const parsed = parseEmbedded(next);
    if ('failedAt' in parsed) yield parsed;
    else if ('value' in parsed) pending.push(parsed.value);
  }
}

/** Whether a text may contain the names of an identity. A serializer may write any character as an escape. */
function mayName(text: string): boolean {
  return text.includes(RESERVED_KEY) || text.includes('sentAt') || text.includes('\\u');
}
