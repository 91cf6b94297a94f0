import type { Method } from '../../../plan.ts';
import * as schema from '../../../schema.ts';
import { templateOf } from '../../language/evaluate.ts';
import type { ImportContext } from '../context.ts';
import { pathMistakes } from '../path-mistakes.ts';
import type { SamplerReader } from '../sampler-reader.ts';
import { formEntity, rawEntity } from './form.ts';
import { multipartEntity } from './multipart.ts';
import { type Entity, isEmpty, type Parameter } from './parameter.ts';
import { queryOf } from './query.ts';
import { parametersOf } from './read-parameters.ts';

/** What the parameters of a request add to the request. */
export interface RequestContent {
  /** The template of the query that JMeter adds to the path. Empty if JMeter adds no query. */
  readonly query: string;
  readonly body: Body | null;
}

/** The template of a body, with the header Content-Type that JMeter sends with the body. */
interface Body extends Omit<Entity, 'text'> {
  /** Null for an empty body of a method whose requests have a Content-Length even without a body. */
  readonly template: string | null;
}

/** Methods with which JMeter writes the parameters into the query (HTTPSamplerBase.java, getUrl). */
const WITH_QUERY: readonly Method[] = ['GET', 'DELETE', 'OPTIONS'];
/** Methods that JMeter sends with a body, even with an empty one (HTTPHC4Impl.java, createHttpRequest). */
const WITH_BODY: readonly Method[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** Methods whose requests have a Content-Length even without a body. */
const WITH_LENGTH: readonly Method[] = ['POST', 'PUT', 'PATCH'];

/** Reads the parameters of a request. With some methods, JMeter sends them in the query and in the body. */
export function contentOf(reader: SamplerReader, method: Method, context: ImportContext): RequestContent {
  const parameters = parametersOf(reader, context);
  const isRaw = reader.isTrue('HTTPSampler.postBodyRaw') || areNameless(parameters);
  const query = WITH_QUERY.includes(method) ? queryText(parameters, reader, context) : '';
  const hasBody = WITH_BODY.includes(method) || (method === 'GET' && isRaw);
  const body = hasBody ? bodyOf(parameters, isRaw, reader, method, context) : null;
  if (query !== '' || body !== null) refuseOtherEncoding(reader, context);
  return { query, body };
}

function areNameless(parameters: readonly Parameter[]): boolean {
  return parameters.length > 0 && parameters.every(({ name }) => isEmpty(name));
}

function queryText(
  parameters: readonly Parameter[],
  { element }: SamplerReader,
  context: ImportContext,
): string {
  const query = context.tried(element, 'parameters', () => templateOf(queryOf(parameters)), '');
  for (const mistake of query === '' ? [] : pathMistakes(`?${query}`))
    context.refuse(element, `parameters: ${mistake}`);
  return query;
}

function bodyOf(
  parameters: readonly Parameter[],
  isRaw: boolean,
  reader: SamplerReader,
  method: Method,
  context: ImportContext,
): Body | null {
  const { element } = reader;
  const property = isRaw ? 'body' : 'parameters';
  const built = context.tried(element, property, () => entityOf(parameters, isRaw, reader), null);
  if (built === null) return null;
  const { text, ...entity } = built;
  const written = context.tried(element, property, () => templateOf(text), '');
  const template = context.checked(element, property, schema.body, written, '');
  return { ...entity, template: template === '' && WITH_LENGTH.includes(method) ? null : template };
}

function entityOf(parameters: readonly Parameter[], isRaw: boolean, reader: SamplerReader): Entity {
  if (reader.isTrue('HTTPSampler.DO_MULTIPART_POST'))
    return multipartEntity(parameters, reader.isTrue('HTTPSampler.BROWSER_COMPATIBLE_MULTIPART'));
  return isRaw ? rawEntity(parameters) : formEntity(parameters);
}

function refuseOtherEncoding(reader: SamplerReader, context: ImportContext): void {
  const property = 'HTTPSampler.contentEncoding';
  const encoding = reader.constantOf(property, reader.raw(property));
  if (/^(utf-?8)?$/i.test(encoding)) return;
  context.refuse(reader.element, `${property}=${encoding} is not supported, only UTF-8`);
}

/**
 * Adds the type of the body, unless the plan has this header, even with an empty value (RequestContent.java of
 * HttpCore).
 */
export function withContentType(
  headers: Readonly<Record<string, string>>,
  body: Body | null,
): Record<string, string> {
  const isType = (name: string) => name.toLowerCase() === 'content-type';
  const isNamed = Object.keys(headers).some(isType);
  if (body === null || (isNamed && !body.replacesContentType)) return { ...headers };
  const others = Object.entries(headers).filter(([name]) => !isType(name));
  return { ...Object.fromEntries(others), 'Content-Type': body.contentType };
}
