/** Whether a character, as a UTF-16 code, belongs to a set. */
export type CharacterSet = (code: number) => boolean;

const WORD = /^[\p{L}\p{Nd}_]$/u;
const DIGIT = /^\p{Nd}$/u;
const SEPARATOR = /^[\p{Zs}\p{Zl}\p{Zp}]$/u;
/** The separators that forbid a line break. */
const NO_BREAK = ['\u00a0', '\u2007', '\u202f'];

const LINE_FEED = 0x0a;

/** Makes a set. Remembers the answers for ASCII, because most texts are ASCII. */
function setOf(has: (character: string) => boolean): CharacterSet {
  const ascii = Array.from({ length: 128 }, (_, code) => has(String.fromCharCode(code)));
  return (code) => ascii[code] ?? has(String.fromCharCode(code));
}

export const isWord = setOf((character) => WORD.test(character));
const isDigit = setOf((character) => DIGIT.test(character));
/** The characters that Java takes for whitespace. */
export const isSpace = setOf(isJavaSpace);

/** Java's Character.isWhitespace. */
function isJavaSpace(character: string): boolean {
  const code = character.charCodeAt(0);
  const isControl = (code >= 0x09 && code <= 0x0d) || (code >= 0x1c && code <= 0x1f);
  return isControl || (SEPARATOR.test(character) && !NO_BREAK.includes(character));
}

export const anyCharacter: CharacterSet = () => true;
/** The set of the dot. */
export const notLineFeed: CharacterSet = (code) => code !== LINE_FEED;

export const not =
  (set: CharacterSet): CharacterSet =>
  (code) =>
    !set(code);

export const anyOf =
  (sets: readonly CharacterSet[]): CharacterSet =>
  (code) =>
    sets.some((set) => set(code));

export const range =
  (from: number, to: number): CharacterSet =>
  (code) =>
    from <= code && code <= to;

/** The sets of `\w`, `\d` and `\s`, and their opposites, by the letter after the backslash. */
export const ESCAPED_SETS: Readonly<Record<string, CharacterSet>> = {
  w: isWord,
  W: not(isWord),
  d: isDigit,
  D: not(isDigit),
  s: isSpace,
  S: not(isSpace),
};

/** Also accepts the character in its other case. */
export function ignoringCase(set: CharacterSet): CharacterSet {
  return (code) => {
    if (set(code)) return true;
    const character = String.fromCharCode(code);
    return set(codeOf(character.toLowerCase())) || set(codeOf(character.toUpperCase()));
  };
}

/** The code of a text of one character. NaN for any other text, such as the capital of `ß`. */
function codeOf(text: string): number {
  return text.length === 1 ? text.charCodeAt(0) : Number.NaN;
}
