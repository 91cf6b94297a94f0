import { isSpace } from '../../regex/character-sets.ts';

/** Whether a text has only whitespace, as Java sees it. */
export function isBlank(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (!isSpace(text.charCodeAt(at))) return false;
  return true;
}
