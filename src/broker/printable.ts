const MAX_PRINTED_CHARACTERS = 300;

/** Makes outside text safe for one log line: no control or formatting characters, limited length. */
export function printableLine(text: string): string {
  const cut = text.length > MAX_PRINTED_CHARACTERS ? `${text.slice(0, MAX_PRINTED_CHARACTERS)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
