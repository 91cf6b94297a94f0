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
 * All values of a response's header, in their order. Spaces and tabs around a value do not belong to the value (RFC
 * 9110, section 5.5).
 */
export function headerValues(headers: Headers, name: string): string[] {
  const texts = headers.map((part) => part.toString('latin1'));
  return texts.flatMap((text, at) =>
    at % 2 === 0 && text.toLowerCase() === name ? [withoutSpacesAround(texts[at + 1] ?? '')] : [],
  );
}

/**
 * Trims the end with a loop. A regular expression would take quadratic time for a long row of spaces inside
 * the text.
 */
function withoutSpacesAround(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text[from])) from++;
  while (to > from && isSpace(text[to - 1])) to--;
  return text.slice(from, to);
}

function isSpace(character: string | undefined): boolean {
  return character === ' ' || character === '\t';
}

export function contentLengthOf(headers: Headers): number | null {
  const value = headerOf(headers, 'content-length');
  return value === null ? null : Number(value);
}
