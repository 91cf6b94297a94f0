import { ClaimBytes, MAX_TAIL_BYTES } from '../bytes/claim-bytes.ts';
import { type Claim, claimAsWritten } from '../claim.ts';

const claims = new ClaimBytes();

/** Returns the claim (the member `qbl`) at the end of a value. Null if the end does not have the form that qbl writes. */
export function claimAtEnd(value: Buffer): Claim | null {
  return claims.read(value) ? claims.claim : null;
}

/** Returns the claim (the member `qbl`) at the end of a text. Null if the end does not have the form that qbl writes. */
export function claimAtEndOf(text: string): Claim | null {
  return claimAsWritten(text.slice(-MAX_TAIL_BYTES));
}
