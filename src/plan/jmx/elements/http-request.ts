import type { Assertion } from '../../../samples/assertions/assertion.ts';
import { type FilledText, writtenText } from '../../language/filled-text.ts';
import type { Method, Request } from '../../plan.ts';
import * as schema from '../../schema.ts';
import type { TestElement } from '../tree.ts';
import { importAssertions } from './assertions/assertions.ts';
import type { ImportContext } from './context.ts';
import { importExtractors } from './extractors/extractors.ts';
import { hostThatJMeterSends } from './host-header.ts';
import { enter, refuseTree, type TreeLevel } from './level.ts';
import { contentOf } from './parameters/content.ts';
import { refuseOtherProperties } from './properties.ts';
import { SamplerReader } from './sampler-reader.ts';
import { importTimers } from './timers/timers.ts';
import { urlOf } from './url.ts';

/** Reads an HTTP request, with the defaults, headers and timers that apply to it. */
export function importHttpRequest(sampler: TestElement, outer: TreeLevel, context: ImportContext): Request {
  const { level, rest } = enter(sampler, outer, context);
  for (const element of rest) refuseTree(element, context);
  refuseOtherProperties(sampler, context);
  const reader = new SamplerReader(sampler, level, context);
  refuseWhatChangesTheRequest(reader, context);
  const name = context.filled(sampler, 'testname', sampler.name, reader.scope);
  refuseCalls(name, sampler, context);
  const timeoutMs = reader.timeoutMs('HTTPSampler.response_timeout');
  const connectTimeoutMs = reader.timeoutMs('HTTPSampler.connect_timeout');
  const method = methodOf(reader, context);
  const { query, body } = contentOf(reader, method, context);
  const url = urlOf(reader, query, context);
  const headers = headersOf(reader, url, context);
  const assertions = importAssertions(level.assertions, followsRedirects(reader), reader.scope, context);
  refuseHiddenCookies(assertions, reader, context);
  const extractors = importExtractors(level.extractors, reader.scope, context);
  const timers = importTimers(level.timers, reader.scope, context);
  return {
    name: context.checked(sampler, 'testname', schema.oneLine, writtenText(name), ''),
    ...(name.every((part) => 'literal' in part) ? {} : { label: context.templateOf(name) }),
    url,
    method,
    headers,
    body: body?.template ?? null,
    ...(body === null ? {} : { bodyType: body.contentType }),
    timeoutMs,
    ...(connectTimeoutMs === timeoutMs ? {} : { connectTimeoutMs }),
    // Without a property for keep-alive, JMeter asks the server to close the connection.
    ...(reader.isTrue('HTTPSampler.use_keepalive') ? {} : { keepAlive: false }),
    ...(followsRedirects(reader) ? { followRedirects: true } : {}),
    ...(reader.isTrue('HTTPSampler.auto_redirects') ? { redirectsAutomatically: true } : {}),
    ...(timers.length === 0 ? {} : { timers }),
    ...(assertions.length === 0 ? {} : { assertions }),
    ...(Object.keys(level.managers).length === 0 ? {} : { managers: level.managers }),
    ...(extractors.length === 0 ? {} : { extractors }),
  };
}

/** In JMeter, the request data of a redirected sample has the cookies of the first request. */
function refuseHiddenCookies(
  assertions: readonly Assertion[],
  reader: SamplerReader,
  context: ImportContext,
): void {
  const seesCookies = assertions.some((each) => each.kind === 'response' && each.field === 'request data');
  if (!seesCookies || !followsRedirects(reader) || reader.level.managers.cookies === undefined) return;
  context.refuse(
    reader.element,
    'an assertion on the request data is not supported for a request with a cookie manager that follows redirects',
  );
}

/** Functions that never fail and set no variable. */
const HARMLESS: readonly string[] = ['__V', '__time', '__isVarDefined'];

/**
 * Refuses other functions in the name of a request. JMeter evaluates the name after the response, so such a function can
 * fail a sample whose message was sent (HTTPSamplerBase.java, sample).
 */
function refuseCalls(name: FilledText, sampler: TestElement, context: ImportContext): void {
  for (const part of name)
    if ('call' in part && !HARMLESS.includes(part.call))
      context.refuse(
        sampler,
        `testname: the function ${part.call} in the name of a request is not supported`,
      );
}

/** With auto_redirects, JMeter's HTTP client follows the redirects itself, in another way. */
function followsRedirects(reader: SamplerReader): boolean {
  return reader.isTrue('HTTPSampler.follow_redirects') && !reader.isTrue('HTTPSampler.auto_redirects');
}

function methodOf(reader: SamplerReader, context: ImportContext): Method {
  const name = 'HTTPSampler.method';
  // JMeter does not send a request whose method is empty. Only a missing property means GET.
  const method = reader.has(name) ? reader.constantOf(name, reader.raw(name)) : 'GET';
  return context.checked(reader.element, name, schema.method, method, 'GET');
}

const CLIENTS = ['', 'HttpClient4', 'HttpClient3.1'];

function refuseWhatChangesTheRequest(reader: SamplerReader, context: ImportContext): void {
  const { element } = reader;
  const client = reader.constant('HTTPSampler.implementation');
  if (!CLIENTS.includes(client)) {
    context.refuse(element, `HTTPSampler.implementation=${client} is not supported`);
  }
  for (const { properties } of [element, ...reader.level.defaults]) {
    if (properties.get('HTTPsampler.Files')?.children.some(({ children }) => children.length > 0))
      context.refuse(element, 'files are not supported');
  }
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
  const sent = entries.filter(([name]) => !isContentLength(name));
  for (const [name, value] of sent) {
    const mistake = jmxHeaderMistake(name, value) ?? hostMistake(name, value, url);
    if (mistake !== null) context.refuse(element, `headers.${name}: ${mistake}`);
  }
  return Object.fromEntries(sent);
}

/** JMeter leaves out a Content-Length of the plan (HTTPHC4Impl.java, setConnectionHeaders). */
function isContentLength(name: string): boolean {
  return name.toLowerCase() === 'content-length';
}

/** JMeter sends a header Connection of the plan after its own header Connection. */
function jmxHeaderMistake(name: string, value: string): string | null {
  return schema.headerMistake(name.toLowerCase() === 'connection' ? 'X' : name, value);
}

function hostMistake(name: string, value: string, url: string): string | null {
  if (name.toLowerCase() === 'host' && url.startsWith('${'))
    return 'a header Host is not supported if the server changes while the test runs';
  const sent = name.toLowerCase() === 'host' ? hostThatJMeterSends(value, url) : value;
  return sent === value ? null : `JMeter sends "${sent}", not "${value}": write "${sent}"`;
}
