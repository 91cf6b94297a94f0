const MAX_PRINTED_CHARACTERS = 300;

/** Makes text from outside safe for one log line: removes control and formatting characters, and limits the length. */
export function printableLine(text: string): string {
  const cut = text.length > MAX_PRINTED_CHARACTERS ? `${text.slice(0, MAX_PRINTED_CHARACTERS)}…` : text;
  return cut.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
