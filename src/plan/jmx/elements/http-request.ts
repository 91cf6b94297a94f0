import type { Method, Request } from '../../plan.ts';
import * as schema from '../../schema.ts';
import type { TestElement } from '../tree.ts';
import { importAssertions } from './assertions/assertions.ts';
import type { ImportContext } from './context.ts';
import { hostThatJMeterSends } from './host-header.ts';
import { enter, refuseTree, type TreeLevel } from './level.ts';
import { contentOf, withContentType } from './parameters/content.ts';
import { pathMistakes } from './path-mistakes.ts';
import { refuseOtherProperties } from './properties.ts';
import { SamplerReader } from './sampler-reader.ts';

/** Reads an HTTP request, with the defaults, headers and timers that apply to it. */
export function importHttpRequest(sampler: TestElement, outer: TreeLevel, context: ImportContext): Request {
  const { level, rest } = enter(sampler, outer, context);
  for (const element of rest) refuseTree(element, context);
  refuseOtherProperties(sampler, context);
  const reader = new SamplerReader(sampler, level, context);
  refuseWhatChangesTheRequest(reader, context);
  const timeoutMs = reader.milliseconds('HTTPSampler.response_timeout');
  const connectTimeoutMs = reader.milliseconds('HTTPSampler.connect_timeout');
  const method = methodOf(reader, context);
  const { query, body } = contentOf(reader, method, context);
  const url = urlOf(reader, query, context);
  const assertions = importAssertions(level.assertions, reader.scope, context);
  return {
    name: context.checked(
      sampler,
      'testname',
      schema.oneLine,
      reader.constantOf('testname', sampler.name),
      '',
    ),
    url,
    method,
    headers: withContentType(headersOf(reader, url, context), body),
    body: body?.template ?? null,
    timeoutMs,
    ...(connectTimeoutMs === timeoutMs ? {} : { connectTimeoutMs }),
    ...(level.timers.length === 0 ? {} : { timers: level.timers }),
    ...(assertions.length === 0 ? {} : { assertions }),
  };
}

function methodOf(reader: SamplerReader, context: ImportContext): Method {
  const method = reader.constant('HTTPSampler.method') || 'GET';
  return context.checked(reader.element, 'HTTPSampler.method', schema.method, method, 'GET');
}

const CLIENTS = ['', 'HttpClient4', 'HttpClient3.1'];

function refuseWhatChangesTheRequest(reader: SamplerReader, context: ImportContext): void {
  const { element } = reader;
  if (reader.isTrue('HTTPSampler.follow_redirects') || reader.isTrue('HTTPSampler.auto_redirects')) {
    context.followsRedirects = true;
  }
  // Refuses a request without HTTPSampler.use_keepalive, too: JMeter then closes the connection after each request
  // (tried with JMeter 5.6.3).
  if (!reader.isTrue('HTTPSampler.use_keepalive')) {
    const isMissing = reader.raw('HTTPSampler.use_keepalive') === '';
    const refusal = isMissing
      ? 'HTTPSampler.use_keepalive is missing, so JMeter closes the connection after each request. This is not supported: set it to true'
      : 'HTTPSampler.use_keepalive=false is not supported';
    context.refuse(element, refusal);
  }
  const client = reader.constant('HTTPSampler.implementation');
  if (!CLIENTS.includes(client)) {
    context.refuse(element, `HTTPSampler.implementation=${client} is not supported`);
  }
  for (const { properties } of [element, ...reader.level.defaults]) {
    if (properties.get('HTTPsampler.Files')?.children.some(({ children }) => children.length > 0))
      context.refuse(element, 'files are not supported');
  }
}

/**
 * Returns the URL of a request. If its path is a full URL, the fields for protocol, server and port do not count
 * (HTTPSamplerBase.java, getUrl). Then the parameters do not count either.
 * @param query the parameters as a query; empty if the URL gets none
 */
function urlOf(reader: SamplerReader, query: string, context: ImportContext): string {
  const { element, scope } = reader;
  const path = context.template(element, 'HTTPSampler.path', reader.raw('HTTPSampler.path'), scope).trim();
  refusePath(reader, path.replace(/^https?:\/\/[^/?#]*/i, ''), context);
  if (/^https?:\/\//i.test(path)) return context.checked(element, 'HTTPSampler.path', schema.url, path, path);
  const domain = reader.constant('HTTPSampler.domain');
  const port = reader.constant('HTTPSampler.port');
  const protocol = reader.constant('HTTPSampler.protocol').toLowerCase() || 'http';
  const origin = `${protocol}://${domain}${isDefaultPort(port, protocol) ? '' : `:${port}`}`;
  const separator = path.includes('?') ? '&' : '?';
  const behind = query === '' ? '' : `${separator}${query}`;
  const url = `${origin}${path.startsWith('/') ? path : `/${path}`}${behind}`;
  if (domain !== '' && !/[\s/?#@\\]/.test(domain))
    return context.checked(element, 'URL', schema.url, url, url);
  const found = domain === '' ? '' : `, not "${domain}"`;
  context.refuse(element, `HTTPSampler.domain: expected the name of a server${found}`);
  return url;
}

function refusePath({ element }: SamplerReader, path: string, context: ImportContext): void {
  for (const mistake of pathMistakes(path)) context.refuse(element, `HTTPSampler.path: ${mistake}`);
}

function isDefaultPort(port: string, protocol: string): boolean {
  return port === '' || port === (protocol === 'https' ? '443' : '80');
}

function headersOf(
  { level, scope, element }: SamplerReader,
  url: string,
  context: ImportContext,
): Record<string, string> {
  const entries = [...level.headers.values()].map((header): [name: string, value: string] => [
    header.name,
    context.template(header.element, header.name, header.value, scope),
  ]);
  for (const [name, value] of entries) {
    const mistake = schema.headerMistake(name, value) ?? hostMistake(name, value, url);
    if (mistake !== null) context.refuse(element, `headers.${name}: ${mistake}`);
  }
  return Object.fromEntries(entries);
}

function hostMistake(name: string, value: string, url: string): string | null {
  const sent = name.toLowerCase() === 'host' ? hostThatJMeterSends(value, url) : value;
  return sent === value ? null : `JMeter sends "${sent}", not "${value}": write "${sent}"`;
}
