import { isWord } from './character-sets.ts';
import type { Place } from './syntax.ts';

const LINE_FEED = 0x0a;
/** Stands for the character after the end of a text. */
export const END = -1;
/** Stands for a line feed that is the last character of a text. */
const LAST_LINE_FEED = -2;

/** What the position before the next character knows about the character before it. */
export type Before = 'nothing' | 'line-feed' | 'word' | 'other';

/** The character at a position. */
export function codeAt(text: string, at: number): number {
  if (at >= text.length) return END;
  const code = text.charCodeAt(at);
  return code === LINE_FEED && at === text.length - 1 ? LAST_LINE_FEED : code;
}

export function characterOf(code: number): number {
  return code === LAST_LINE_FEED ? LINE_FEED : code;
}

/** What a position knows if this character is before the position. */
export function beforeOf(code: number): Before {
  if (characterOf(code) === LINE_FEED) return 'line-feed';
  return isWord(code) ? 'word' : 'other';
}

/** What a position of a text knows about the character before it. */
export function beforeIn(text: string, at: number): Before {
  return at === 0 ? 'nothing' : beforeOf(codeAt(text, at - 1));
}

const isWordEdge = (before: Before, code: number): boolean =>
  (before === 'word') !== (code >= 0 && isWord(code));

/** Whether a position is such a place, by the characters before and after the position. */
export const HOLDS: Readonly<Record<Place, (before: Before, code: number) => boolean>> = {
  start: (before) => before === 'nothing',
  'line-start': (before) => before === 'nothing' || before === 'line-feed',
  'last-line-end': (_, code) => code === END || code === LAST_LINE_FEED,
  'line-end': (_, code) => code === END || characterOf(code) === LINE_FEED,
  'word-edge': isWordEdge,
  'no-word-edge': (before, code) => !isWordEdge(before, code),
};
