import { ExpressionError } from '../../language/expression.ts';
import {
  constantOf,
  type FilledText,
  isRunTimePart,
  literal,
  needsThread,
  type Part,
} from '../../language/filled-text.ts';
import { isPlainServer, javaUrl, UnsentError, type UrlFields } from '../../language/java-url.ts';
import * as schema from '../../schema.ts';
import type { ImportContext } from './context.ts';
import { refuseOtherEncoding } from './parameters/content.ts';
import { pathMistakes } from './path-mistakes.ts';
import type { SamplerReader } from './sampler-reader.ts';

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
  if (server === '' && query.length > 0) {
    for (const mistake of pathMistakes([...literal('?'), ...query]))
      context.refuse(element, `parameters: ${mistake}`);
    refuseOtherEncoding(reader, context);
  }
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
