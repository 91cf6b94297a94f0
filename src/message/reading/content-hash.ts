import { hash } from 'node:crypto';
import { canonicalText } from '../json/canonical.ts';
import type { Json } from '../json/json.ts';
import { type JsonPointer, pointedAt } from '../json/pointer.ts';

/** The part of a message that must be as it was sent. */
export type ContentRule =
  | { readonly kind: 'none' }
  | { readonly kind: 'whole' }
  | { readonly kind: 'fields'; readonly fields: readonly { readonly found: JsonPointer }[] };

/** Why a field of a message has no value that can be compared. */
export const FIELD_PROBLEMS = [
  'missing',
  /** A name on the path to the field is repeated, so JSON parsers do not agree on the value. */
  'repeated',
  /** The value has no canonical form: it has a lone surrogate, or a number too large for a double. */
  'unwritable',
  /** Several JSON objects in the message have the token, and the compared field has different values in these objects. */
  'ambiguous',
] as const;

export type FieldProblem = (typeof FIELD_PROBLEMS)[number];

/** A compared field of a message: its value in canonical form (RFC 8785), or why there is none. */
export type FoundField = { readonly text: string } | { readonly problem: FieldProblem };

/** The content of a message, in canonical form (RFC 8785) if it is JSON. */
export interface Content {
  /**
   * The first 32 bits of the MD5 of the content. If a compared field has no value, this is the hash of a text that
   * qbl never sends.
   */
  readonly hash: number;
  /** The compared fields. Empty if the whole content is compared. */
  readonly fields: readonly FoundField[];
  /** The whole payload, as it was read. */
  readonly text: string;
}

/** The payload of a message that has a token, and the object in the payload that has the token. */
export interface Identified {
  readonly text: string;
  /** The object with the token. Null if the payload is not JSON. */
  readonly part: Json | null;
  /** Lists the outermost objects inside `part` that have the same token and for which `matches` returns true. */
  readonly repeats: (matches: (part: Json) => boolean) => readonly Json[];
}

/** Returns the content of a message that the plan compares. Null if the plan compares nothing. */
export function contentOf(rule: ContentRule, { text, part, repeats }: Identified): Content | null {
  if (rule.kind === 'none') return null;
  if (rule.kind === 'whole') {
    const canonical = part === null ? null : canonicalText(part);
    return { hash: hashOf(canonical ?? text), fields: [], text };
  }
  const pointers = rule.fields.map(({ found }) => found);
  const hasAny = (json: Json) => pointers.some((pointer) => pointedAt(json, pointer).kind !== 'missing');
  // An outer object may repeat the token of the objects inside it. If the object with the token has none of the
  // compared fields, the fields may be in the inner objects.
  const inside = part === null || hasAny(part) ? [] : repeats(hasAny);
  const parts = inside.length === 0 ? [part] : inside;
  const fields = pointers.map((pointer) => same(parts.map((json) => fieldOf(json, pointer))));
  return { hash: fieldsHash(fields.map(textOf)) ?? hashOf(NEVER_SENT + text), fields, text };
}

/**
 * Start of the text that is hashed if a field has no value. If all fields have values, the hashed text starts with `[`.
 * So the hashes of the two cases differ.
 */
const NEVER_SENT = 'incomplete: ';

/** Returns the hash of fields in canonical form. Null if a field has no value. */
export function fieldsHash(fields: readonly (string | null)[]): number | null {
  return fields.includes(null) ? null : hashOf(`[${fields.join(',')}]`);
}

/** Returns the value of a field in canonical form. Null if the field has no value. */
export function textOf(field: FoundField): string | null {
  return 'text' in field ? field.text : null;
}

/** Returns the first 32 bits of a hash that is written in hexadecimal digits. */
export function firstBits(digits: string): number {
  return parseInt(digits.slice(0, 8), 16);
}

function hashOf(text: string): number {
  return firstBits(hash('md5', text));
}

/**
 * Combines the values of one field in several objects with the same token. It is not known which object is the
 * message. So the field is ambiguous if the values differ.
 */
function same(fields: readonly FoundField[]): FoundField {
  const [first = { problem: 'missing' }, ...others] = fields;
  const isSame = others.every(
    (other) => textOf(other) === textOf(first) && problemOf(other) === problemOf(first),
  );
  return isSame ? first : { problem: 'ambiguous' };
}

/** Returns why a field has no value. Null if the field has a value. */
export function problemOf(field: FoundField): FieldProblem | null {
  return 'problem' in field ? field.problem : null;
}

function fieldOf(json: Json | null, pointer: JsonPointer): FoundField {
  const pointed = json === null ? { kind: 'missing' as const } : pointedAt(json, pointer);
  if (pointed.kind !== 'value') return { problem: pointed.kind };
  const text = canonicalText(pointed.value);
  return text === null ? { problem: 'unwritable' } : { text };
}
