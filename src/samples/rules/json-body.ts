import type { Json } from '../../message/json/json.ts';
import { parseJson } from '../../message/json/parse-json.ts';

/** Maximum size of a body that rules can read. For rules, the content of a larger body is unknown. */
export const MAX_RULE_BODY_BYTES = 1024 * 1024;

/** The body of a complete response, as rules see it. */
export type JsonBody =
  | { readonly kind: 'json'; readonly value: Json }
  | { readonly kind: 'malformed' }
  /** The body is longer than the limit, or encoded. So it is not known what the body contains. */
  | { readonly kind: 'unread' };

const MALFORMED: JsonBody = { kind: 'malformed' };
export const UNREAD: JsonBody = { kind: 'unread' };

/**
 * Decodes JSON, which is always UTF-8 (RFC 8259). A byte order mark before the JSON is ignored, which the RFC
 * allows.
 */
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a body, and never throws.
 * @param bytes the body, or the part of it that was kept
 * @param length length of the whole body in bytes
 * @param encodings the values of the header Content-Encoding
 */
export function jsonBody(bytes: Uint8Array, length: number, encodings: readonly string[]): JsonBody {
  if (length > MAX_RULE_BODY_BYTES || bytes.length < length) return UNREAD;
  if (encodings.some((encoding) => encoding !== '' && encoding.toLowerCase() !== 'identity')) return UNREAD;
  const text = decoded(bytes);
  const parsed = text === null ? null : parseJson(text);
  return parsed !== null && 'value' in parsed ? { kind: 'json', value: parsed.value } : MALFORMED;
}

/** Returns null if the bytes are not valid UTF-8. */
function decoded(bytes: Uint8Array): string | null {
  try {
    return UTF_8.decode(bytes);
  } catch {
    return null;
  }
}
