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

/** Writes the identity for the checksum's input. The form is simple, so that JMeter can write it too. */
function identityText({ run, group, thread, loop, request }: Identity): string {
  return `${run}|${group}|${thread}|${loop}|${request}`;
}
