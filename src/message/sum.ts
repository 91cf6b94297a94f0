import { createHash, type Hash, hash } from 'node:crypto';
import type { Identity } from './identity.ts';

/**
 * Computes the checksum that detects damage: MD5 in lower-case hex. Its input is the canonical JSON (RFC
 * 8785) of the fields beside the reserved key, the identity and the send time. MD5 is fast, and JMeter's
 * `__digest` supports it. The checksum protects against damage, not against an attacker.
 */
export function sumOf(canonicalFields: string, identity: Identity, sentAt: string): string {
  return hash('md5', canonicalFields + claimText(identity, sentAt));
}

/**
 * Computes the checksums of the same fields with several identities. Hashes the fields only once, because a message can
 * be large and qbl tries about a thousand identities.
 */
export class SumsOfFields {
  readonly #fields: Hash;

  constructor(canonicalFields: string) {
    this.#fields = createHash('md5').update(canonicalFields);
  }

  /** Returns the same checksum as `sumOf`. */
  with(identity: Identity, sentAt: string): string {
    return this.#fields.copy().update(claimText(identity, sentAt)).digest('hex');
  }
}

function claimText(identity: Identity, sentAt: string): string {
  return `|${identityText(identity)}|${sentAt}`;
}

/** Writes the identity for the checksum's input. The form is simple, so that JMeter can write it too. */
function identityText({ run, group, thread, loop, request }: Identity): string {
  return `${run}|${group}|${thread}|${loop}|${request}`;
}
