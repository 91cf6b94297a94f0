import { claimAsWritten, type WrittenClaim } from '../claim.ts';

/**
 * Enough for a 64-character run ID, six numbers, the checksum and a few line breaks. qbl never writes a longer tail.
 */
const MAX_TAIL_BYTES = 512;

/** The claim at the end of a value, and its position. Null for any form that qbl does not write. */
export function claimAtEnd(value: Buffer): WrittenClaim | null {
  const tailStart = Math.max(0, value.length - MAX_TAIL_BYTES);
  return claimAsWritten(value.toString('latin1', tailStart), tailStart);
}

/** The claim at the end of a text, and its position. Null for any form that qbl does not write. */
export function claimAtEndOf(text: string): WrittenClaim | null {
  const tailStart = Math.max(0, text.length - MAX_TAIL_BYTES);
  return claimAsWritten(text.slice(tailStart), tailStart);
}
