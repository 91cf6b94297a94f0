/** How a token is written: as a UUID, or as 32 hexadecimal digits. */
export type TokenSpelling = 'uuid' | 'digits';

export function spelled(digits: string, spelling: TokenSpelling): string {
  if (spelling === 'digits') return digits;
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}

/** Matches a token. It also finds a token that follows other hexadecimal digits. */
const SPELLED = /(?=([0-9a-f]{8}(-?)[0-9a-f]{4}\2[0-9a-f]{4}\2[0-9a-f]{4}\2[0-9a-f]{12}))/gi;

/** Yields the digits of each token that may be in a text, in lower case. */
export function* tokensIn(text: string): Generator<string> {
  for (const [, spelling = ''] of text.matchAll(SPELLED)) yield spelling.replaceAll('-', '').toLowerCase();
}
