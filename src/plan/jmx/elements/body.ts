import * as schema from '../../schema.ts';
import { collectionOf, propertiesOf, type TestElement, textOf } from '../tree.ts';
import type { ImportContext } from './context.ts';
import { refuseOtherProperties } from './properties.ts';
import type { SamplerReader } from './sampler-reader.ts';

/**
 * Matches identity and checksum that `qbl jmeter` writes at the end of a body. The import removes them, because qbl
 * adds new ones when it sends a message.
 */
const RENDERED_IDENTITY =
  /,?"qbl":\{"run":"[^"]*","group":\d+,"thread":[^,"]*,"loop":[^,"]*,"request":\d+,"sentAt":"[^"]*","sum":"[^"]*"\}(?=\}\s*$)/;

/**
 * Returns the template of a request's body. Null if the request has no body (HTTPHC4Impl.java,
 * setupHttpEntityEnclosing).
 */
export function bodyText(reader: SamplerReader, context: ImportContext): string | null {
  const { element, level, scope } = reader;
  for (const defaults of level.defaults) {
    if (argumentsOf(defaults).length > 0)
      context.refuse(defaults, 'parameters in HTTP Request Defaults are not supported');
  }
  const parameters = argumentsOf(element);
  const named = parameters.filter((parameter) => textOf(parameter, 'Argument.name') !== '');
  if (named.length > 0) {
    const names = named.map((parameter) => textOf(parameter, 'Argument.name'));
    context.refuse(element, `the parameters ${names.join(', ')} are not supported: expected a body`);
    return null;
  }
  if (parameters.length === 0) return null;
  for (const parameter of parameters) refuseOtherProperties(parameter, context);
  const text = parameters.map((parameter) => textOf(parameter, 'Argument.value')).join('');
  const body = context.template(element, 'body', text.replace(RENDERED_IDENTITY, ''), scope);
  return context.checked(element, 'body', schema.body, body, null);
}

type HttpArgument = Pick<TestElement, 'type' | 'path' | 'line' | 'properties'>;

function argumentsOf({ path, properties }: TestElement): HttpArgument[] {
  const inner = properties.get('HTTPsampler.Arguments');
  if (inner === undefined) return [];
  const holder = { properties: propertiesOf(inner) };
  return collectionOf(holder, 'Arguments.arguments').map((argument) => ({
    type: 'HTTPArgument',
    path,
    line: argument.line,
    properties: propertiesOf(argument),
  }));
}
