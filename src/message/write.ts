import { type Identity, RESERVED_KEY } from './identity.ts';
import { sumOf } from './sum.ts';

/**
 * The text of a message: the plan's fields as they come, and the reserved key as the last one, so that a reader
 * can hash the bytes before it without parsing them.
 * @param canonicalFields a JSON object in canonical form (RFC 8785)
 * @param sentAtMs epoch milliseconds, with a fraction
 */
export function writeMessage(canonicalFields: string, identity: Identity, sentAtMs: number): string {
  const { run, group, thread, loop, request } = identity;
  const sentAt = String(sentAtMs);
  const sum = sumOf(canonicalFields, identity, sentAt);
  const before = canonicalFields === '{}' ? '{' : `${canonicalFields.slice(0, -1)},`;
  return `${before}"${RESERVED_KEY}":{"run":"${run}","group":${group},"thread":${thread},"loop":${loop},"request":${request},"sentAt":"${sentAt}","sum":"${sum}"}}`;
}
