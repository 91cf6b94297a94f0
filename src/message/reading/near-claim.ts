import { CLAIM_NAMES, isClaimValue, parseClaim } from '../claim.ts';
import { RESERVED_KEY } from '../identity.ts';
import { type JsonMember, JsonObject } from '../json/json.ts';
import type { Found } from './find.ts';

/**
 * Returns the possible originals of an object in which the reserved key `qbl`, or one name in its value (the claim),
 * is damaged. Only the checksum shows which of the originals is right.
 */
export function renamedClaims(object: JsonObject): readonly Found[] {
  return object.members.flatMap(([name, value]) => {
    if (!(value instanceof JsonObject)) return [];
    if (name !== RESERVED_KEY) return putRight(object, name, value);
    return withMissingName(value).flatMap((claim) => putRight(object, name, claim));
  });
}

function putRight(object: JsonObject, name: string, value: JsonObject): readonly Found[] {
  const claim = parseClaim(value);
  if (claim === null) return [];
  return [{ object: new JsonObject([...object.without(name).members, [RESERVED_KEY, value]]), claim }];
}

/**
 * Returns possible repairs of a claim (the value of the key `qbl`) in which one name is missing. Each repair gives
 * the missing name to a different unknown member.
 */
function withMissingName(claim: JsonObject): readonly JsonObject[] {
  const [missing, ...others] = CLAIM_NAMES.filter((name) => claim.all(name).length === 0);
  if (missing === undefined || others.length > 0) return [];
  return claim.members.flatMap(([unknown], at) => {
    if (CLAIM_NAMES.some((name) => name === unknown)) return [];
    const put = ([name, value]: JsonMember, index: number): JsonMember => [
      index === at ? missing : name,
      value,
    ];
    return [new JsonObject(claim.members.map(put))];
  });
}

/** Returns the run of a claim in which exactly one value is invalid, missing or repeated. Null for any other claim. */
export function runOfDamagedClaim(object: JsonObject): string | null {
  const [claim, ...others] = object.all(RESERVED_KEY);
  if (!(claim instanceof JsonObject) || others.length > 0) return null;
  const damaged = CLAIM_NAMES.filter((name) => {
    const [value, ...repeated] = claim.all(name);
    return value === undefined || repeated.length > 0 || !isClaimValue(name, value);
  });
  const [run] = claim.all('run');
  return damaged.length === 1 && typeof run === 'string' ? run : null;
}
