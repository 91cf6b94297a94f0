/** Matches a text that means the same in a shell with and without quotes. */
const PLAIN = /^[\p{L}\p{N}_./:@%+=,-]+$/u;

/** Writes a text as one word of a command line that a user can paste into a shell. */
export function shellWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
