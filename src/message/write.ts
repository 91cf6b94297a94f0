import { type Identity, RESERVED_KEY } from './identity.ts';
import { sumOf } from './sum.ts';

/**
 * Writes a message: the plan's fields unchanged, then the reserved key as the last field.
 * @param fields a JSON object
 * @param sentAtMs epoch milliseconds, written with three decimals
 * @param canonicalFields the same object in canonical form (RFC 8785)
 */
export function writeMessage(
  fields: string,
  identity: Identity,
  sentAtMs: number,
  canonicalFields = fields,
): string {
  const { run, group, thread, loop, request } = identity;
  // V8 keeps the result of String(number) in a cache for so long that blast needs 11 MB more.
  const sentAt = sentAtMs.toFixed(3);
  const sum = sumOf(canonicalFields, identity, sentAt);
  const { head, tail } = aroundClaim(fields);
  return `${head}"${RESERVED_KEY}":{"run":"${run}","group":${group},"thread":${thread},"loop":${loop},"request":${request},"sentAt":"${sentAt}","sum":"${sum}"}${tail}`;
}

/** Returns the text before the reserved key, and the text after its value, in a message with these fields. */
export function aroundClaim(fields: string): { readonly head: string; readonly tail: string } {
  const end = fields.lastIndexOf('}');
  const before = fields.slice(0, end);
  return { head: /^\s*\{\s*$/.test(before) ? before : `${before},`, tail: fields.slice(end) };
}
