import { isUtf8 } from 'node:buffer';
import type { Claim } from '../claim.ts';
import { parseJson } from '../json/parse-json.ts';
import { claimAsItCame } from './as-it-came.ts';
import { claimAtEnd } from './claim-at-end.ts';
import { isIntact } from './condition.ts';
import { findIdentity } from './find.ts';
import { withoutPrefix } from './framing.ts';
import { isNearlyJson } from './nearly-json.ts';

/** What a message from the queue shows about itself if its plan is not known. */
export interface ReceivedClaim {
  /** The run and position of the message, as the value itself states them. Null if the value states none. */
  readonly claim: Claim | null;
  readonly condition: ReceivedCondition;
}

/**
 * `intact`: the checksum matches the claim. `unproven`: the checksum does not match, and only the plan could show
 * whether the message is damaged or a proxy added fields. `foreign`: the value has no claim.
 */
export type ReceivedCondition = 'intact' | 'unproven' | 'foreign';

const FOREIGN: ReceivedClaim = { claim: null, condition: 'foreign' };

/** Reads which message a value claims to be, and whether the checksum matches. Accepts any bytes and never throws. */
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
