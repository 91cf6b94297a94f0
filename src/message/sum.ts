import { hash } from 'node:crypto';
import type { Identity } from './identity.ts';

/**
 * The sum that shows damage: MD5, in lower-case hex, over the canonical JSON (RFC 8785) of the fields beside the
 * reserved key, and over identity and time of sending. MD5 because JMeter's `__digest` has it and it is fast;
 * it guards against damage, not against an adversary.
 */
export function sumOf(canonicalFields: string, identity: Identity, sentAt: string): string {
  return hash('md5', `${canonicalFields}|${identityText(identity)}|${sentAt}`);
}

const COMMA = 0x2c;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACE = 0x7b;
let scratch = Buffer.allocUnsafe(4096);

/**
 * The sum of a message whose fields are the bytes before `end`, as `sumOf` would have it: the comma or brace that
 * stands there is replaced by what closes the object. Bytes are hashed as they came, without becoming text.
 * @param sumText what `sumOf` puts after the fields
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

/** The part of a sum's text that JMeter can write too: plain values, `|` between them. */
function identityText({ run, group, thread, loop, request }: Identity): string {
  return `${run}|${group}|${thread}|${loop}|${request}`;
}
