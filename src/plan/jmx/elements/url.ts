import { type FilledText, isRunTimePart, type Part } from '../../language/filled-text.ts';
import { javaInt } from '../../language/java-int.ts';
import * as schema from '../../schema.ts';
import type { ImportContext } from './context.ts';
import type { SamplerReader } from './sampler-reader.ts';

/** Characters that java.net.URI rejects in a path. JMeter then sends nothing, and the sample fails. */
const NOT_IN_PATH = /[^\w\-.~!$&'()*+,;=:@/%\u00a1-\uffff]|\s/;
/** Characters that java.net.URI rejects in a query or fragment. */
const NOT_BEHIND_PATH = /[^\w\-.~!$&'()*+,;=:@/?%[\]\u00a1-\uffff]|\s/;
const PLACEHOLDER = /\$\{[^}]*\}/g;

/**
 * Returns the URL of a request, as JMeter writes it into its samples. If the path is a full URL, the fields for
 * protocol, server and port do not count, and neither do the parameters (HTTPSamplerBase.java, getUrl).
 * @param query the parameters as a query; empty if the URL gets none
 */
export function urlOf(reader: SamplerReader, query: string, context: ImportContext): string {
  const { element, scope } = reader;
  const filled = context.filled(element, 'HTTPSampler.path', reader.raw('HTTPSampler.path'), scope);
  const path = context.templateOf(pathOf(filled, query !== ''));
  const [server = null] = /^https?:\/\/[^/?#]*/.exec(path) ?? [];
  for (const mistake of pathMistakes(path.slice(server?.length ?? 0)))
    context.refuse(element, `HTTPSampler.path: ${mistake}`);
  if (server !== null) return context.checked(element, 'HTTPSampler.path', schema.url, path, path);
  const domain = reader.constantOf('HTTPSampler.domain', reader.raw('HTTPSampler.domain'));
  const protocol = reader.constant('HTTPSampler.protocol').toLowerCase() || 'http';
  const origin = `${protocol}://${domain}${portText(reader.constant('HTTPSampler.port'), protocol)}`;
  const separator = path.includes('?') ? '&' : '?';
  const behind = query === '' ? '' : `${separator}${query}`;
  const url = `${origin}${path.startsWith('/') ? path : `/${path}`}${behind}`;
  if (domain !== '' && !/[\s/?#@\\]/.test(domain))
    return context.checked(element, 'URL', schema.url, url, url);
  const found = domain === '' ? '' : `, not "${domain}"`;
  context.refuse(element, `HTTPSampler.domain: expected the name of a server${found}`);
  return url;
}

/**
 * Returns a path with its spaces encoded (EncoderCache.java, encodeSpaces).
 * @param hasQuery whether JMeter adds parameters to the path
 */
function pathOf(path: FilledText, hasQuery: boolean): FilledText {
  const isWithQuery = path.some((part) => 'literal' in part && part.literal.includes('?'));
  return path.map((part, at): Part => {
    if ('literal' in part) return { literal: part.literal.replaceAll(' ', '%20') };
    if (!isRunTimePart(part)) return part;
    const start: FilledText = at === 0 ? [{ change: 'startOfPath', text: [part] }] : [part];
    const checked: FilledText = hasQuery && !isWithQuery ? [{ change: 'withoutQuery', text: start }] : start;
    return { change: 'withoutSpaces', text: checked };
  });
}

/** Returns the port as part of the URL. JMeter leaves out the default port, and a port that is 0 or no number. */
function portText(port: string, protocol: string): string {
  const number = javaInt(port);
  return number === 0 || number === (protocol === 'https' ? 443 : 80) ? '' : `:${number}`;
}

/**
 * Lists the parts of a path with its query with which JMeter sends no request.
 * @param path without scheme and server; a template of a plan
 */
export function pathMistakes(path: string): string[] {
  const [, beforeQuery = '', query, fragment = ''] = /^([^?#]*)(\?[^#]*)?#?(.*)$/s.exec(path) ?? [];
  const behind = `${query?.slice(1) ?? ''}${fragment}`;
  const character =
    NOT_IN_PATH.exec(beforeQuery.replace(PLACEHOLDER, '')) ??
    NOT_BEHIND_PATH.exec(behind.replace(PLACEHOLDER, ''));
  return [
    ...(character === null ? [] : [characterMistake(character[0], path)]),
    ...(/%(?![\da-f]{2})/i.test(path)
      ? [`% without two hexadecimal digits in "${path}" is not supported: write %25`]
      : []),
  ];
}

function characterMistake(character: string, path: string): string {
  const name = /\s/.test(character) ? 'a space' : character;
  return `${name} in "${path}" is not supported: write ${encodeURIComponent(character)}`;
}
