import { type FilledText, writtenText } from '../../language/filled-text.ts';

/** Characters that java.net.URI rejects in a path. JMeter then sends nothing, and the sample fails. */
const NOT_IN_PATH = /[^\w\-.~!$&'()*+,;=:@/%\u00a1-\uffff]|\s/;
/** Characters that java.net.URI rejects in a query or fragment. */
const NOT_BEHIND_PATH = /[^\w\-.~!$&'()*+,;=:@/?%[\]\u00a1-\uffff]|\s/;
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
    ...(/%(?![\da-f]{2})/i.test(path)
      ? [`% without two hexadecimal digits in "${shown}" is not supported: write %25`]
      : []),
  ];
}

function characterMistake(character: string, path: string): string {
  const name = /\s/.test(character) ? 'a space' : character;
  return `${name} in "${path}" is not supported: write ${encodeURIComponent(character)}`;
}
