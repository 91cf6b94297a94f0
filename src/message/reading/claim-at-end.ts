import { claimAsWritten, type WrittenClaim } from '../claim.ts';

/** Room for a run id of 64, six numbers, the sum and a few line breaks; anything longer is no tail of ours. */
const MAX_TAIL_BYTES = 512;

/** The claim that a value ends with in the form in which we write it, and where it starts; null for any other form. */
export function claimAtEnd(value: Buffer): WrittenClaim | null {
  const tailStart = Math.max(0, value.length - MAX_TAIL_BYTES);
  return claimAsWritten(value.toString('latin1', tailStart), tailStart);
}

/** The same for text. */
export function claimAtEndOf(text: string): WrittenClaim | null {
  const tailStart = Math.max(0, text.length - MAX_TAIL_BYTES);
  return claimAsWritten(text.slice(tailStart), tailStart);
}
