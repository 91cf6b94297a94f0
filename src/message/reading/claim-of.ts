import { isUtf8 } from 'node:buffer';
import type { BodyTemplates } from '../body-template.ts';
import type { Claim } from '../claim.ts';
import { parseJson } from '../json/parse-json.ts';
import { claimAsItCame } from './as-it-came.ts';
import { claimAtEndOf } from './claim-at-end.ts';
import { conditionOf, isIntact } from './condition.ts';
import { type Found, identitiesIn } from './find.ts';
import { withoutPrefix } from './framing.ts';
import { isNearlyJson } from './nearly-json.ts';

/** What qbl can read from a message of the queue without the plan of the run. */
export interface ReceivedClaim {
  /** The claim in the value. Null if the value has no readable claim. */
  readonly claim: Claim | null;
  readonly condition: ReceivedCondition;
}

/**
 * `intact`: the checksum matches the claim. `unproven`: the checksum does not match, and only the plan could show
 * whether the message is damaged or a proxy added fields. `foreign`: the value has no claim.
 */
export type ReceivedCondition = 'intact' | 'unproven' | 'foreign';

const FOREIGN: ReceivedClaim = { claim: null, condition: 'foreign' };

/**
 * Reads which message a value claims to be, and whether the checksum matches. Accepts any bytes and never throws.
 * @param runs the bodies of the runs whose plans are known. In these runs, an object that only repeats the claim of a
 * message is ignored. An example is an event about the message.
 */
export function claimOf(
  value: Buffer | null,
  runs: ReadonlyMap<string, BodyTemplates> = new Map(),
): ReceivedClaim {
  if (value === null) return FOREIGN;
  const json = withoutPrefix(value);
  const intact = claimAsItCame(json);
  if (intact !== null) return { claim: intact.claim, condition: 'intact' };
  const text = json.toString('utf8');
  const found = messageIn(text, runs);
  if (found !== null) {
    return { claim: found.claim, condition: isUtf8(json) && isIntact(found) ? 'intact' : 'unproven' };
  }
  const claim = claimAtEndOf(text);
  if (claim === null) return FOREIGN;
  const parsed = parseJson(text);
  return 'failedAt' in parsed && isNearlyJson({ text, ...parsed })
    ? { claim, condition: 'unproven' }
    : FOREIGN;
}

/**
 * Finds the first message of the given runs. If there is no such message, finds the first object with a claim of
 * another run.
 */
function messageIn(text: string, runs: ReadonlyMap<string, BodyTemplates>): Found | null {
  let other: Found | null = null;
  for (const found of identitiesIn(text)) {
    const templates = runs.get(found.claim.identity.run);
    if (templates === undefined) other ??= found;
    else if (conditionOf(found, templates) !== null) return found;
  }
  return other;
}

/**
 * Reads the first claim of one of the given runs. The rest of the value may be anything, because a service may change
 * a message. Null if the value has no such claim.
 */
export function claimOfRuns(value: Buffer | null, runs: ReadonlyMap<string, unknown>): Claim | null {
  const { claim } = claimOf(value);
  if (value === null || claim === null || runs.has(claim.identity.run)) return claim;
  for (const found of identitiesIn(withoutPrefix(value).toString('utf8')))
    if (runs.has(found.claim.identity.run)) return found.claim;
  return null;
}
