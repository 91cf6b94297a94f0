import { ExpressionError } from '../../language/expression.ts';
import {
  constantOf,
  type FilledText,
  isRunTimePart,
  needsThread,
  type Part,
  writtenText,
} from '../../language/filled-text.ts';
import { isPlainServer, javaUrl, UnsentError, type UrlFields } from '../../language/java-url.ts';
import * as schema from '../../schema.ts';
import type { ImportContext } from './context.ts';
import type { SamplerReader } from './sampler-reader.ts';

/** Characters that java.net.URI rejects in a path. JMeter then sends nothing, and the sample fails. */
const NOT_IN_PATH = /[^\w\-.~!$&'()*+,;=:@/%\u00a1-\uffff]|\s/;
/** Characters that java.net.URI rejects in a query or fragment. */
const NOT_BEHIND_PATH = /[^\w\-.~!$&'()*+,;=:@/?%[\]\u00a1-\uffff]|\s/;
const SERVER = /^https?:\/\/[^/?#]*/;

/**
 * Returns the template of a request's URL, as JMeter writes the URL into its samples.
 * @param query the parameters as a query; empty if the URL gets none
 */
export function urlOf(reader: SamplerReader, query: FilledText, context: ImportContext): string {
  const { element, scope } = reader;
  const filled = (name: string) => context.filled(element, name, reader.raw(name), scope);
  const fields: UrlFields<FilledText> = {
    protocol: filled('HTTPSampler.protocol'),
    domain: filled('HTTPSampler.domain'),
    port: filled('HTTPSampler.port'),
    path: filled('HTTPSampler.path'),
    query,
  };
  const server = SERVER.exec(startOf(fields.path))?.[0] ?? '';
  for (const mistake of pathMistakes(withoutSpaces(fields.path), server.length))
    context.refuse(element, `HTTPSampler.path: ${mistake}`);
  if (isMadeLater(fields)) {
    refuseServer(fields, reader, context);
    return context.templateOf([{ url: fields }]);
  }
  const url = context.tried(element, 'URL', () => madeNow(fields, context), 'http://localhost/');
  return context.checked(element, 'URL', schema.url, url, url);
}

/** Whether the URL is made for each message, because its server or its form depends on variables. */
function isMadeLater(fields: UrlFields<FilledText>): boolean {
  const { protocol, domain, port, path, query } = fields;
  if (SERVER.test(startOf(path))) return !/^https?:\/\/[^/?#]+[/?#]/.test(startOf(path)) && path.length > 1;
  const [first] = path;
  if (first !== undefined && isRunTimePart(first)) return true;
  const hasQuery = path.some((part) => 'literal' in part && part.literal.includes('?'));
  if (query.length > 0 && !hasQuery && needsThread(path)) return true;
  return (
    [protocol, domain, port].some((text) => text.some((part) => !('literal' in part))) || !isServer(domain)
  );
}

function isServer(domain: FilledText): boolean {
  return isPlainServer(constantOf(domain));
}

/** Returns the template of a URL whose server is a constant. */
function madeNow({ path, query, ...fields }: UrlFields<FilledText>, context: ImportContext): string {
  const constants = {
    protocol: constantOf(fields.protocol),
    domain: constantOf(fields.domain),
    port: constantOf(fields.port),
  };
  const target = context.templateOf(withoutSpaces(path));
  return javaUrl({ ...constants, path: target, query: context.templateOf(query) });
}

/** Refuses a server for which qbl does not know what JMeter does. Notes a server to which JMeter sends nothing. */
function refuseServer(
  { path, ...fields }: UrlFields<FilledText>,
  { element }: SamplerReader,
  context: ImportContext,
): void {
  if ([fields.protocol, fields.domain, fields.port].some((text) => text.some((part) => !('literal' in part))))
    return;
  try {
    const constants = { protocol: constantOf(fields.protocol), domain: constantOf(fields.domain) };
    javaUrl({ ...constants, port: constantOf(fields.port), path: '/', query: '' });
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    if (!(error instanceof UnsentError)) context.refuse(element, `HTTPSampler.domain: ${error.message}`);
    else if (startsWithConstant(path))
      context.notes.push(
        `request '${element.name}': JMeter sends nothing, because HTTPSampler.domain=${constantOf(fields.domain)} is no server: every sample fails`,
      );
  }
}

/** Encodes the spaces of a path (EncoderCache.java, encodeSpaces). */
function withoutSpaces(path: FilledText): FilledText {
  return path.map((part): Part => {
    if ('literal' in part) return { literal: part.literal.replaceAll(' ', '%20') };
    return isRunTimePart(part) ? { change: 'withoutSpaces', text: [part] } : part;
  });
}

/** Whether the path cannot be a full URL, which would replace the server. */
function startsWithConstant(path: FilledText): boolean {
  return path.length === 0 || startOf(path) !== '';
}

function startOf([first]: FilledText): string {
  return first !== undefined && 'literal' in first ? first.literal : '';
}

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
