import { hash } from 'node:crypto';
import { canonicalText } from '../json/canonical.ts';
import type { Json } from '../json/json.ts';
import { type JsonPointer, valueAt } from '../json/pointer.ts';

/** The part of a message that must be as it was sent. */
export type ContentRule =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole' }
  | { readonly kind: 'fields'; readonly fields: readonly { readonly found: JsonPointer }[] };

/**
 * The first 32 bits of the MD5 of a message's content, in canonical form (RFC 8785) if it is JSON. Null if nothing is
 * compared. A field that is missing gives a hash that no sent content has.
 * @param json the payload, or the part of it with the token; null if it is not JSON
 */
export function contentHash(rule: ContentRule, json: Json | null, text: string): number | null {
  if (rule.kind === 'none') return null;
  const content = rule.kind === 'whole' ? json : fieldsOf(json, rule.fields);
  const canonical = content === null ? null : canonicalText(content);
  return firstBits(hash('md5', canonical ?? text));
}

/** The first 32 bits of a hash in hexadecimal digits. */
export function firstBits(digits: string): number {
  return parseInt(digits.slice(0, 8), 16);
}

function fieldsOf(json: Json | null, fields: readonly { readonly found: JsonPointer }[]): Json | null {
  if (json === null) return null;
  const values: Json[] = [];
  for (const { found } of fields) {
    const value = valueAt(json, found);
    if (value === undefined) return null;
    values.push(value);
  }
  return values;
}
