import { anyOf, type CharacterSet, ESCAPED_SETS, ignoringCase, not, range } from './character-sets.ts';
import { escapedCharacter } from './parse-escape.ts';
import { RegexError } from './syntax.ts';
import type { TextReader } from './text-reader.ts';

const BACKSPACE = 0x08;

/**
 * Reads a set in brackets, such as `[^a-z\d]`, after its opening bracket.
 * @param ignoresCase whether the characters of the set also stand for their other case
 */
export function bracketed(reader: TextReader, ignoresCase: boolean): CharacterSet {
  const isNegated = reader.skips('^');
  const sets: CharacterSet[] = [];
  // A bracket right after the opening bracket is a character of the set.
  do sets.push(member(reader));
  while (!reader.skips(']'));
  const set = ignoresCase ? ignoringCase(anyOf(sets)) : anyOf(sets);
  return isNegated ? not(set) : set;
}

/** Reads one character, one range or one set such as `\d`. */
function member(reader: TextReader): CharacterSet {
  const from = characterOrSet(reader);
  if (!reader.sees(/-(?!\])/y)) return typeof from === 'number' ? range(from, from) : from;
  reader.next();
  const to = characterOrSet(reader);
  if (typeof from !== 'number' || typeof to !== 'number')
    throw new RegexError('a range from or to a set in brackets is not supported');
  if (to < from) throw new RegexError('a range in brackets begins after its end');
  return range(from, to);
}

function characterOrSet(reader: TextReader): number | CharacterSet {
  if (reader.sees(/\[[:.=]/y)) throw new RegexError('a named set such as [:alpha:] is not supported');
  const character = reader.next();
  if (character === '') throw new RegexError('a set has no closing bracket');
  if (character !== '\\') return character.charCodeAt(0);
  const set = ESCAPED_SETS[reader.peek()];
  if (set === undefined) return reader.skips('b') ? BACKSPACE : escapedCharacter(reader);
  reader.next();
  return set;
}
