/** JSON that no parser of HTML can take for anything else: it ends no script and begins no comment. */
export function escapedJson(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\p{Cc}\p{Zl}\p{Zp}]/gu, unicodeEscape);
}

function unicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
