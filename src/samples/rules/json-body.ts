/** A rule reads at most this much of a body. */
export const MAX_RULE_BODY_BYTES = 1024 * 1024;

/** The body of a complete response, as rules see it. */
export type JsonBody =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'malformed' }
  /** The body is longer than the limit, or encoded. Nobody knows what is in it. */
  | { readonly kind: 'unread' };

const MALFORMED: JsonBody = { kind: 'malformed' };
const UNREAD: JsonBody = { kind: 'unread' };

/** Text of RFC 8259 is UTF-8. A byte order mark before it is ignored, which the RFC allows. */
const UTF_8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Parses a body, and never throws.
 * @param bytes the body, or the part of it that was kept
 * @param length of the whole body in bytes
 * @param encodings the values of the header Content-Encoding
 */
export function jsonBody(bytes: Uint8Array, length: number, encodings: readonly string[]): JsonBody {
  if (length > MAX_RULE_BODY_BYTES || bytes.length < length) return UNREAD;
  if (encodings.some((encoding) => encoding !== '' && encoding.toLowerCase() !== 'identity')) return UNREAD;
  try {
    return { kind: 'json', value: JSON.parse(UTF_8.decode(bytes)) };
  } catch {
    return MALFORMED;
  }
}
