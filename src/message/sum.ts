import { hash } from 'node:crypto';
import type { Identity } from './identity.ts';

/**
 * Computes the checksum that detects damage: MD5 in lower-case hex. Its input is the canonical JSON (RFC
 * 8785) of the fields beside the reserved key, the identity and the send time. MD5 is fast, and JMeter's
 * `__digest` supports it. The checksum protects against damage, not against an attacker.
 */
export function sumOf(canonicalFields: string, identity: Identity, sentAt: string): string {
  return hash('md5', `${canonicalFields}|${identityText(identity)}|${sentAt}`);
}

const COMMA = 0x2c;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACE = 0x7b;
let scratch = Buffer.allocUnsafe(4096);

/**
 * Computes the same checksum as `sumOf` directly from bytes, without decoding them to text. The fields are the bytes
 * before `end`. The comma or brace at their end is replaced by the closing brace.
 * @param sumText the text that `sumOf` adds after the fields
 */
export function sumOfBytes(value: Buffer, end: number, sumText: string): string | null {
  const isEmpty = end === 1 && value[0] === OPENING_BRACE;
  if (!isEmpty && value[end - 1] !== COMMA) return null;
  const fieldBytes = isEmpty ? 1 : end - 1;
  const length = fieldBytes + 1 + sumText.length;
  if (scratch.length < length) scratch = Buffer.allocUnsafe(2 * length);
  value.copy(scratch, 0, 0, fieldBytes);
  scratch[fieldBytes] = CLOSING_BRACE;
  scratch.write(sumText, fieldBytes + 1, 'latin1');
  return hash('md5', scratch.subarray(0, length));
}

/** The identity in the checksum's input: plain values separated by `|`, which JMeter can write too. */
function identityText({ run, group, thread, loop, request }: Identity): string {
  return `${run}|${group}|${thread}|${loop}|${request}`;
}
