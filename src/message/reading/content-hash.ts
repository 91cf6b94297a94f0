import { hash } from 'node:crypto';
import { canonicalText } from '../json/canonical.ts';
import type { Json } from '../json/json.ts';
import { type JsonPointer, valueAt } from '../json/pointer.ts';

/** The part of a message that must be as it was sent. */
export type ContentRule =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole' }
  | { readonly kind: 'fields'; readonly fields: readonly { readonly found: JsonPointer }[] };

/** The content of a message, in canonical form (RFC 8785) if it is JSON. */
export interface Content {
  /** The first 32 bits of its MD5. A field that is missing gives a hash that no sent content has. */
  readonly hash: number;
  /** The compared fields. Null for a field that is missing. Empty if the whole content is compared. */
  readonly fields: readonly (string | null)[];
  /** The whole payload, as it was read. */
  readonly text: string;
}

/**
 * Reads what a plan compares. Null if it compares nothing.
 * @param json the payload, or the part of it with the token; null if it is not JSON
 */
export function contentOf(rule: ContentRule, json: Json | null, text: string): Content | null {
  if (rule.kind === 'none') return null;
  if (rule.kind === 'whole') {
    const canonical = json === null ? null : canonicalText(json);
    return { hash: hashOf(canonical ?? text), fields: [], text };
  }
  const fields = rule.fields.map(({ found }) => fieldOf(json, found));
  return { hash: fieldsHash(fields) ?? hashOf(text), fields, text };
}

/** The hash of fields in canonical form. Null if one of them is missing. */
export function fieldsHash(fields: readonly (string | null)[]): number | null {
  return fields.includes(null) ? null : hashOf(`[${fields.join(',')}]`);
}

/** Returns the first 32 bits of a hash that is written in hexadecimal digits. */
export function firstBits(digits: string): number {
  return parseInt(digits.slice(0, 8), 16);
}

function hashOf(text: string): number {
  return firstBits(hash('md5', text));
}

function fieldOf(json: Json | null, found: JsonPointer): string | null {
  const value = json === null ? undefined : valueAt(json, found);
  return value === undefined ? null : canonicalText(value);
}
