import { javaPath } from './java-path.ts';

/** Each `..` at the start of a path. */
const PARENTS = /^\/((?:\.\.\/)+)/;
const URL_PARTS = /^((?:[a-z][a-z\d+.-]*:)?\/\/[^/?#]*)?([^?#]*)(.*)$/is;

/**
 * Returns the URL to which a response redirects. JMeter and Java keep `.` in a path that starts with a slash, and leave
 * out the last segment of the path before a location that is only a query (ConversionUtils.java, URLStreamHandler.java).
 * @param base the URL of the redirected request
 * @param location the header Location of the response
 * @returns null if the URL has another scheme than http and https
 */
export function javaLocation(base: string, location: string): string | null {
  const text = withoutParents(location.trim()).replaceAll(' ', '%20');
  const url = /^[a-z][a-z\d+.-]*:/i.test(text) ? text : resolved(base, text);
  return /^https?:\/\//i.test(url) && URL.canParse(url) ? url : null;
}

function resolved(base: string, text: string): string {
  const [, server = '', path = ''] = URL_PARTS.exec(base) ?? [];
  if (text === '' || text.startsWith('#')) return base.replace(/#.*$/s, '') + text;
  if (text.startsWith('//')) return base.slice(0, base.indexOf(':') + 1) + text;
  if (text.startsWith('/')) return server + text;
  const folder = path.slice(0, path.lastIndexOf('/') + 1) || '/';
  if (text.startsWith('?')) return server + folder + text;
  const [, , relative = '', rest = ''] = URL_PARTS.exec(text) ?? [];
  const joined = (end: string) => (path === '' ? `/${end}` : javaPath(folder + end));
  const above = PARENTS.exec(joined(relative))?.[1];
  // JMeter leaves out each `..` that would lead above the root.
  const start = above !== undefined && relative.startsWith(above) ? above.length : 0;
  return server + joined(relative.slice(start)) + rest;
}

/** Removes each `..` with the segment before it, as JMeter does before Java reads the location. */
function withoutParents(text: string): string {
  if (!text.includes('/..')) return text;
  const [, server = '', path = '', rest = ''] = URL_PARTS.exec(text) ?? [];
  const kept: string[] = [];
  for (const segment of path.split('/').filter((each) => each !== '')) {
    if (segment === '..' && kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else kept.push(segment);
  }
  const start = path.startsWith('/') ? '/' : '';
  const end = path.endsWith('/') && kept.length > 0 ? '/' : '';
  return server + start + kept.join('/') + end + rest;
}
