import { MALFORMED_ESCAPE, NOT_BEHIND_PATH, NOT_IN_PATH } from '../../plan/language/uri-characters.ts';

/** The parts of a URL: what stands before the path, the path, the query and the fragment. */
const PARTS = /^([a-z]+:\/\/[^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/is;
const NOT_IN_AUTHORITY = /[^\w\-.~!$&'()*+,;=:@%[\]\u00a1-\uffff]|\s/;

/** Returns the message of the URISyntaxException that JMeter gets for a URL. Null if Java accepts the URL. */
export function uriSyntaxMistake(url: string): string | null {
  const [, before = '', path = '', query = '', fragment = ''] = PARTS.exec(url) ?? [];
  if (NOT_IN_AUTHORITY.test(before.replace(/^[a-z]+:\/\//i, '')))
    return `Illegal character in authority at index ${url.indexOf('//') + 2}: ${url}`;
  const parts = [
    { name: 'path', text: path, start: before.length, rule: NOT_IN_PATH },
    { name: 'query', text: query.slice(1), start: before.length + path.length + 1, rule: NOT_BEHIND_PATH },
    {
      name: 'fragment',
      text: fragment.slice(1),
      start: before.length + path.length + query.length + 1,
      rule: NOT_BEHIND_PATH,
    },
  ];
  for (const { name, text, start, rule } of parts) {
    const illegal = rule.exec(text)?.index ?? Number.POSITIVE_INFINITY;
    const malformed = MALFORMED_ESCAPE.exec(text)?.index ?? Number.POSITIVE_INFINITY;
    const first = Math.min(illegal, malformed);
    if (first === Number.POSITIVE_INFINITY) continue;
    const what = illegal < malformed ? `Illegal character in ${name}` : 'Malformed escape pair';
    return `${what} at index ${start + first}: ${url}`;
  }
  return null;
}
