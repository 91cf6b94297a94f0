import { hash } from 'node:crypto';
import type { Identity } from './identity.ts';

/**
 * The sum that shows damage: MD5, in lower-case hex, over the canonical JSON (RFC 8785) of the fields beside the
 * reserved key, and over identity and time of sending. MD5 because JMeter's `__digest` has it and it is fast;
 * it guards against damage, not against an adversary.
 */
export function sumOf(canonicalFields: string, identity: Identity, sentAtMs: number): string {
  return hash('md5', `${canonicalFields}|${identityText(identity)}|${sentAtMs}`);
}

/** The part of a sum's text that JMeter can write too: plain values, `|` between them. */
function identityText({ run, group, thread, loop, request }: Identity): string {
  return `${run}|${group}|${thread}|${loop}|${request}`;
}
