/**
 * Returns JSON that is safe inside a script element, because it can neither end the script nor begin a
 * comment.
 */
export function escapedJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\p{Cc}\p{Zl}\p{Zp}]/gu, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
