/**
 * The first value of a response's header. Null if the header is missing.
 * @param headers names and values, alternating, as undici passes them
 * @param name the header's name in lower case
 */
export function headerOf(headers: readonly Buffer[], name: string): string | null {
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (headers[at]?.toString().toLowerCase() === name) return headers[at + 1]?.toString() ?? null;
  }
  return null;
}

/** The response's Content-Length. Null without one. */
export function contentLengthOf(headers: readonly Buffer[]): number | null {
  const value = headerOf(headers, 'content-length');
  return value === null ? null : Number(value);
}
