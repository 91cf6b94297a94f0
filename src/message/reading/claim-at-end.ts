import { claimAsWritten, type WrittenClaim } from '../claim.ts';

/**
 * Length of the end of a value that is searched. It is enough for a run ID of 64 characters, six numbers, the checksum
 * and a few line breaks; qbl never writes more.
 */
const MAX_TAIL_BYTES = 512;

/**
 * Returns the claim (the member `qbl`) at the end of a value, and its position. Null if the end does not have the form
 * that qbl writes.
 */
export function claimAtEnd(value: Buffer): WrittenClaim | null {
  const tailStart = Math.max(0, value.length - MAX_TAIL_BYTES);
  return claimAsWritten(value.toString('latin1', tailStart), tailStart);
}

/**
 * Returns the claim (the member `qbl`) at the end of a text, and its position. Null if the end does not have the form
 * that qbl writes.
 */
export function claimAtEndOf(text: string): WrittenClaim | null {
  const tailStart = Math.max(0, text.length - MAX_TAIL_BYTES);
  return claimAsWritten(text.slice(tailStart), tailStart);
}
