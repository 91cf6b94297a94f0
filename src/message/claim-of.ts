import { isUtf8 } from 'node:buffer';
import type { Claim } from './claim.ts';
import { claimAtEnd } from './claim-at-end.ts';
import { findIdentity } from './find.ts';
import { withoutPrefix } from './framing.ts';
import { claimAsItCame, sumFits } from './read.ts';
import { fieldsOf } from './shape.ts';

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
  const found = findIdentity(json.toString('utf8'));
  if (found !== null) {
    const { object, claim } = found;
    const isProven = isUtf8(json) && sumFits(fieldsOf(object), claim);
    return { claim, condition: isProven ? 'intact' : 'unproven' };
  }
  const claim = claimAtEnd(json);
  return claim === null ? FOREIGN : { claim, condition: 'unproven' };
}
