import { MAX_TAIL_BYTES } from '../bytes/claim-bytes.ts';
import { type Claim, claimAsWritten } from '../claim.ts';

/** Returns the claim (the member `qbl`) at the end of a text. Null if the end does not have the form that qbl writes. */
export function claimAtEndOf(text: string): Claim | null {
  return claimAsWritten(text.slice(-MAX_TAIL_BYTES));
}
