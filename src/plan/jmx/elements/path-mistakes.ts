/** Characters that java.net.URI rejects in a path. JMeter then sends nothing, and the sample fails. */
const NOT_IN_PATH = /[^\w\-.~!$&'()*+,;=:@/%\u00a1-\uffff]|\s/;
/**
 * Characters that java.net.URI rejects in a query or fragment, and `'`, which a URL parser encodes but JMeter does not.
 */
const NOT_BEHIND_PATH = /[^\w\-.~!$&()*+,;=:@/?%[\]\u00a1-\uffff]|\s/;
const PLACEHOLDER = /\$\{[^}]*\}/g;

/**
 * Lists what URL parsers and JMeter's HTTP client change in different ways, or reject, in a path with its query.
 * @param path without scheme and server; a template of a plan
 */
export function pathMistakes(path: string): string[] {
  const [, beforeQuery = '', query, fragment = ''] = /^([^?#]*)(\?[^#]*)?#?(.*)$/s.exec(path) ?? [];
  const behind = `${query?.slice(1) ?? ''}${fragment}`;
  const character =
    NOT_IN_PATH.exec(beforeQuery.replace(PLACEHOLDER, '')) ??
    NOT_BEHIND_PATH.exec(behind.replace(PLACEHOLDER, ''));
  const parts = beforeQuery.split('/');
  return [
    ...(character === null ? [] : [characterMistake(character[0], path)]),
    ...(/%(?![\da-f]{2})/i.test(path)
      ? [`% without two hexadecimal digits in "${path}" is not supported: write %25`]
      : []),
    ...(path.normalize('NFC') === path
      ? []
      : [`a letter with a separate accent in "${path}" is not supported: write them as one character`]),
    ...(query === '?' ? [`? without a query in "${path}" is not supported: remove it`] : []),
    ...(beforeQuery.includes('//') ? [`// in "${path}" is not supported: write one slash`] : []),
    ...(parts.includes('.') || parts.includes('..')
      ? [`. or .. in "${path}" is not supported: write the path in full`]
      : []),
  ];
}

function characterMistake(character: string, path: string): string {
  const name = /\s/.test(character) ? 'a space' : character;
  const code = character === "'" ? '%27' : encodeURIComponent(character);
  return `${name} in "${path}" is not supported: write ${code}`;
}
