import { type FilledText, writtenText } from '../../language/filled-text.ts';
import { MALFORMED_ESCAPE, NOT_BEHIND_PATH, NOT_IN_PATH } from '../../language/uri-characters.ts';

/**
 * Lists the parts of a path with its query with which JMeter sends no request.
 * @param start position at which the path begins, after scheme and server
 */
export function pathMistakes(text: FilledText, start = 0): string[] {
  const path = text
    .map((part) => ('literal' in part ? part.literal : ''))
    .join('')
    .slice(start);
  const shown = writtenText(text);
  const [, beforeQuery = '', query, fragment = ''] = /^([^?#]*)(\?[^#]*)?#?(.*)$/s.exec(path) ?? [];
  const behind = `${query?.slice(1) ?? ''}${fragment}`;
  const character = NOT_IN_PATH.exec(beforeQuery) ?? NOT_BEHIND_PATH.exec(behind);
  return [
    ...(character === null ? [] : [characterMistake(character[0], shown)]),
    ...(MALFORMED_ESCAPE.test(path)
      ? [`% without two hexadecimal digits in "${shown}" is not supported: write %25`]
      : []),
  ];
}

function characterMistake(character: string, path: string): string {
  const name = /\s/.test(character) ? 'a space' : character;
  return `${name} in "${path}" is not supported: write ${encodeURIComponent(character)}`;
}
