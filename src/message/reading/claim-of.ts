import { isUtf8 } from 'node:buffer';
import type { Claim } from '../claim.ts';
import { parseJson } from '../json/parse-json.ts';
import { claimAsItCame } from './as-it-came.ts';
import { claimAtEnd } from './claim-at-end.ts';
import { isIntact } from './condition.ts';
import { findIdentity } from './find.ts';
import { withoutPrefix } from './framing.ts';
import { isNearlyJson } from './nearly-json.ts';

/** What somebody can say of a value who knows no plan. */
export interface ReceivedClaim {
  /** Whose message the value says to be; null where it says nothing. */
  readonly claim: Claim | null;
  readonly condition: ReceivedCondition;
}

/**
 * `intact`: the sum proves the claim. `unproven`: it does not match, because of damage or of fields that a proxy
 * added; only the plan would tell. `foreign`: the value makes no claim.
 */
export type ReceivedCondition = 'intact' | 'unproven' | 'foreign';

const FOREIGN: ReceivedClaim = { claim: null, condition: 'foreign' };

/** Whose message a value says to be, and whether its sum proves it. Never throws, whatever the bytes are. */
export function claimOf(value: Buffer | null): ReceivedClaim {
  if (value === null) return FOREIGN;
  const json = withoutPrefix(value);
  const intact = claimAsItCame(json);
  if (intact !== null) return { claim: intact, condition: 'intact' };
  const text = json.toString('utf8');
  const found = findIdentity(text);
  if (found !== null) {
    return { claim: found.claim, condition: isUtf8(json) && isIntact(found) ? 'intact' : 'unproven' };
  }
  const claim = claimAtEnd(json);
  if (claim === null) return FOREIGN;
  const parsed = parseJson(text);
  return 'failedAt' in parsed && isNearlyJson({ text, ...parsed })
    ? { claim, condition: 'unproven' }
    : FOREIGN;
}
