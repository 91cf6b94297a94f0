import type { Headers } from './response-listener.ts';

/**
 * The first value of a response's header. Null if the header is missing.
 * @param name the header's name in lower case
 */
export function headerOf(headers: Headers, name: string): string | null {
  for (let at = 0; at + 1 < headers.length; at += 2) {
    if (headers[at]?.toString().toLowerCase() === name) return headers[at + 1]?.toString() ?? null;
  }
  return null;
}

/**
 * All values of a response's header, in their order. Spaces and tabs around a value do not belong to it (RFC 9110,
 * section 5.5).
 */
export function headerValues(headers: Headers, name: string): string[] {
  const texts = headers.map((part) => part.toString('latin1'));
  return texts.flatMap((text, at) =>
    at % 2 === 0 && text.toLowerCase() === name
      ? [(texts[at + 1] ?? '').replace(/^[ \t]+|[ \t]+$/g, '')]
      : [],
  );
}

/** The response's Content-Length. Null without one. */
export function contentLengthOf(headers: Headers): number | null {
  const value = headerOf(headers, 'content-length');
  return value === null ? null : Number(value);
}
