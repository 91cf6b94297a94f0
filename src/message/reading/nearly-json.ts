import type { BrokenText } from '../json/embedded-json.ts';
import { parseJson } from '../json/parse-json.ts';

/**
 * Number of characters after the position of the parse error in which a damaged character is searched for. For a
 * damaged word, such as `fa?se`, the parser reports the start of the word.
 */
const REACH = 5;
/** Only this many characters after the damage are checked. If they are JSON tokens, the rest is assumed to be JSON. */
const LOOK_AHEAD = 1_000;
/** The characters with which the JSON text of a message can begin. */
const STARTS = ['{', '[', '"', ' '];
/**
 * Characters that are tried in the place of a damaged character. Other characters need not be tried, because
 * they do not change where a token ends.
 */
const CHARACTERS = [...'", 01-+.Eeaflnrstu'];

/**
 * Whether a text would be JSON if one character were repaired. The text is JSON up to the position where parsing
 * fails. After the repair, the rest must consist of JSON tokens, or be the rest of a string. A log line that quotes a
 * message does not match, because it continues with words.
 */
export function isNearlyJson({ text, failedAt }: BrokenText): boolean {
  if (failedAt >= text.length) return true;
  if (failedAt === 0) return STARTS.some((character) => 'value' in parseJson(character + text.slice(1)));
  const start = tokenStart(text, failedAt);
  const end = failedAt + LOOK_AHEAD;
  const isCut = end < text.length;
  const outside = text.slice(start, end);
  const inside = `"${text.slice(failedAt, end)}`;
  return (
    isRepairable(outside, failedAt - start, isCut) ||
    isRepairable(inside, 1, isCut) ||
    CHARACTERS.some((character) => isJsonLike(character + outside, isCut))
  );
}

const WORD_CHARACTER = /[^\s{}[\]:,"]/;

/** Returns the start of the number or word that contains this position. */
function tokenStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && WORD_CHARACTER.test(text[start - 1] ?? '')) start--;
  return start;
}

function isRepairable(text: string, damagedAt: number, isCut: boolean): boolean {
  if (isJsonLike(text, isCut)) return true;
  for (let at = Math.max(0, damagedAt - 1); at < damagedAt + REACH; at++) {
    const after = text.slice(at + 1);
    const before = text.slice(0, at);
    if (CHARACTERS.some((character) => isJsonLike(before + character + after, isCut))) return true;
  }
  return false;
}

/**
 * Matches a string or a word. Spaces and punctuation separate tokens. A single quote character is a string without an
 * end.
 */
const TOKEN = /"(?:[^"\\]|\\.)*"|[^\s{}[\]:,"]+|"/gs;
const SCALAR = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/**
 * Returns true if the text consists of JSON tokens.
 * @param isCut true if the end of the text is cut off, so that the last token may be incomplete
 */
function isJsonLike(text: string, isCut: boolean): boolean {
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const isString = token.startsWith('"') && token !== '"';
    if (isString || SCALAR.test(token)) continue;
    return isCut && (token === '"' || index + token.length === text.length);
  }
  return true;
}
