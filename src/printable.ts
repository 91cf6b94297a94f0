/** Matches control characters, invisible characters, and characters that change the direction or the line of a text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Makes text from outside safe for a terminal or a log. Control characters could move the cursor or hide
 * text, so the function writes them as escapes such as `\u001b`. It shortens long text.
 */
export function printable(text: string, maxLength = 500): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut.replace(UNPRINTABLE, escaped);
}

/** Matches the codes that begin and end bold, dim, red, green and yellow text. qbl writes no other colour codes. */
const COLOUR = `${String.fromCharCode(0x1b)}\\[(?:1|2|22|31|32|33|39)m`;
const COLOUR_OR_UNPRINTABLE = new RegExp(`${COLOUR}|[^\\P{Cc}\\n]|[\\p{Cf}\\p{Zl}\\p{Zp}]`, 'gu');
const UNPRINTABLE_IN_LINES = /[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Makes the whole output of a command safe. Every line that qbl writes passes through this function. So a control
 * character in an option, a file name or a server's text never reaches the terminal. Line breaks stay, and JSON
 * keeps its meaning.
 * @param hasColours whether the text can contain colour codes of qbl
 */
export function printableLines(text: string, hasColours: boolean): string {
  if (!hasColours) return text.replace(UNPRINTABLE_IN_LINES, escaped);
  return text.replace(COLOUR_OR_UNPRINTABLE, (match) => (match.length > 2 ? match : escaped(match)));
}

/** Writes each UTF-16 code unit as an escape of JSON, such as `\u001b`. */
function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
