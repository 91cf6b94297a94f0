import { type Claim, parseClaim } from '../claim.ts';
import { RESERVED_KEY } from '../identity.ts';
import { childrenOf, type Json, JsonObject } from '../json/json.ts';
import { parseJson } from '../json/parse-json.ts';

/** An object that has a claim under the reserved key `qbl`. */
export interface Found {
  readonly object: JsonObject;
  readonly claim: Claim;
}

/** A text that may be damaged JSON, and the position where parsing fails. */
export interface BrokenText {
  readonly text: string;
  readonly failedAt: number;
}

const MAY_BE_JSON = /^\s*["{[]/;

/**
 * Finds the first object with an identity, at any depth. The object can be in a field of an envelope, or in a
 * string that contains JSON.
 */
export function findIdentity(text: string): Found | null {
  for (const part of partsOf(text)) {
    if (!(part instanceof JsonObject)) continue;
    for (const value of part.all(RESERVED_KEY)) {
      const claim = parseClaim(value);
      if (claim !== null) return { object: part, claim };
    }
  }
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
  else pending.push(whole.value);
  for (;;) {
    const next = pending.pop();
    if (next === undefined) return;
    if (next instanceof JsonObject) yield next;
    for (const child of childrenOf(next).toReversed()) pending.push(child);
    if (typeof next !== 'string') continue;
    if (next.includes(RESERVED_KEY) || next.includes('sentAt')) {
      const parsed = MAY_BE_JSON.test(next) ? parseJson(next) : { failedAt: 0 };
      if ('failedAt' in parsed) yield { text: next, failedAt: parsed.failedAt };
      else pending.push(parsed.value);
    }
  }
}
