import { parseJson } from '../json/parse-json.ts';
import type { BrokenText } from './find.ts';

/** How far behind the place where a text stops being JSON its damage can be: a literal is read from its start. */
const REACH = 5;
/** What follows the damage for so long in JSON's tokens is taken for JSON. */
const LOOK_AHEAD = 1_000;
/** What JSON that holds a message can begin with. */
const STARTS = ['{', '[', '"', ' '];
/** What a damaged character may have been, as far as it matters where tokens end. */
const CHARACTERS = [...'", 01-+.Eeaflnrstu'];

/**
 * Whether a text would be JSON if one character were put right. Up to where it fails it is JSON. With the character put
 * right, what follows has to consist of JSON's tokens again, read from there, or as the rest of a string. A log line
 * that quotes a message has words there.
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

/** A number or a word that was read in part counts as a whole. */
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

/** A string, or a word; spaces and punctuation are what lies between. A quote alone begins a string without an end. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[^\s{}[\]:,"]+|"/gs;
const SCALAR = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/** @param isCut the text goes on, so that its last token may be a part of one */
function isJsonLike(text: string, isCut: boolean): boolean {
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    const isString = token.startsWith('"') && token !== '"';
    if (isString || SCALAR.test(token)) continue;
    return isCut && (token === '"' || index + token.length === text.length);
  }
  return true;
}
