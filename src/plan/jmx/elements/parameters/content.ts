import { type FilledText, writtenText } from '../../../language/filled-text.ts';
import type { Method } from '../../../plan.ts';
import * as schema from '../../../schema.ts';
import type { ImportContext } from '../context.ts';
import type { SamplerReader } from '../sampler-reader.ts';
import { formEntity, rawEntity } from './form.ts';
import { multipartEntity } from './multipart.ts';
import { type Entity, isEmpty, type Parameter } from './parameter.ts';
import { queryOf } from './query.ts';
import { parametersOf } from './read-parameters.ts';

/** What the parameters of a request add to the request. */
export interface RequestContent {
  /** The query that JMeter adds to the path. Empty if JMeter adds no query. */
  readonly query: FilledText;
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
  const refused = context.refusals.length;
  const parameters = parametersOf(reader, context);
  const isRaw = reader.isTrue('HTTPSampler.postBodyRaw') || areNameless(parameters);
  // A refused parameter is refused only once, although its text is not a template.
  const isRefused = context.refusals.length > refused;
  const property = isRaw ? 'body' : 'parameters';
  const template = (text: FilledText) =>
    isRefused
      ? writtenText(text)
      : context.tried(reader.element, property, () => context.templateOf(text), writtenText(text));
  const query = WITH_QUERY.includes(method) ? queryOf(parameters) : [];
  const hasBody = WITH_BODY.includes(method) || (method === 'GET' && isRaw);
  const entity = hasBody
    ? context.tried(reader.element, property, () => entityOf(parameters, isRaw, reader), null)
    : null;
  if (hasBody) refuseOtherEncoding(reader, context);
  if (entity === null) return { query, body: null };
  const { text, ...type } = entity;
  const body = context.checked(reader.element, property, schema.body, template(text), '');
  return { query, body: { ...type, template: body === '' && WITH_LENGTH.includes(method) ? null : body } };
}

function areNameless(parameters: readonly Parameter[]): boolean {
  return parameters.length > 0 && parameters.every(({ name }) => isEmpty(name));
}

function entityOf(parameters: readonly Parameter[], isRaw: boolean, reader: SamplerReader): Entity {
  if (reader.isTrue('HTTPSampler.DO_MULTIPART_POST'))
    return multipartEntity(parameters, reader.isTrue('HTTPSampler.BROWSER_COMPATIBLE_MULTIPART'));
  return isRaw ? rawEntity(parameters) : formEntity(parameters);
}

/** JMeter encodes a query and a body with this encoding. */
export function refuseOtherEncoding(reader: SamplerReader, context: ImportContext): void {
  const property = 'HTTPSampler.contentEncoding';
  const encoding = reader.constantOf(property, reader.raw(property));
  if (/^(utf-?8)?$/i.test(encoding)) return;
  context.refuse(reader.element, `${property}=${encoding} is not supported, only UTF-8`);
}
