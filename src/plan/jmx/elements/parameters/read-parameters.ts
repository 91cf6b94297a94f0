import { type FilledText, literal, needsThread } from '../../../language/filled-text.ts';
import { withoutIdentity } from '../../rendered-identity.ts';
import { collectionOf, isTrue, propertiesOf, type TestElement, textOf } from '../../tree.ts';
import type { ImportContext } from '../context.ts';
import { refuseOtherProperties } from '../properties.ts';
import type { SamplerReader } from '../sampler-reader.ts';
import type { Parameter } from './parameter.ts';

/**
 * Returns the parameters of a request. The parameters of HTTP Request Defaults follow those of the request
 * (AbstractTestElement.java, mergeIn). A refused parameter keeps the text of the .jmx file.
 */
export function parametersOf(reader: SamplerReader, context: ImportContext): readonly Parameter[] {
  return [reader.element, ...reader.level.defaults].flatMap((element) =>
    argumentsOf(element, context).map((argument) => parameterOf(argument, reader, context)),
  );
}

type HttpArgument = Pick<TestElement, 'type' | 'path' | 'line' | 'properties'>;

function argumentsOf(element: TestElement, context: ImportContext): HttpArgument[] {
  const inner = element.properties.get('HTTPsampler.Arguments');
  if (inner === undefined) return [];
  const holder = { properties: propertiesOf(inner) };
  return collectionOf(holder, 'Arguments.arguments').map((argument) => {
    const type = argument.attributes['elementType'];
    // JMeter cannot send the request if a parameter has another class.
    if (type !== 'HTTPArgument')
      context.refuse(element, `HTTPsampler.Arguments: expected the elementType HTTPArgument, not ${type}`);
    const { path } = element;
    return { type: 'HTTPArgument', path, line: argument.line, properties: propertiesOf(argument) };
  });
}

function parameterOf(argument: HttpArgument, reader: SamplerReader, context: ImportContext): Parameter {
  refuseOtherProperties(argument, context);
  const { element, scope } = reader;
  const nameText = textOf(argument, 'Argument.name');
  const property = nameText === '' ? 'body' : `the parameter ${nameText}`;
  const filled = (text: string): FilledText =>
    context.tried(element, property, () => context.evaluate(text, scope), literal(text));
  const value = textOf(argument, 'Argument.value');
  const type = argument.properties.get('HTTPArgument.content_type')?.text ?? 'text/plain';
  const parameter: Parameter = {
    name: filled(nameText),
    separator: filled(textOf(argument, 'Argument.metadata')),
    value: filled(nameText === '' ? withoutIdentity(value) : value),
    isPlain: isTrue(reader.constantOf(property, textOf(argument, 'HTTPArgument.always_encode'))),
    contentType: reader.constantOf(property, type),
  };
  if (needsThread(parameter.name))
    context.refuse(element, `${property}: a name that changes while the test runs is not supported`);
  if (nameText !== '' || parameter.isPlain) refuseOddCounters(parameter, property, element, context);
  return parameter;
}

/** Matches a format of a counter whose values are the same before and after they are encoded. */
const SAME_IF_ENCODED = /^[\w.*#-]*$/;

/** Refuses a counter whose values must be encoded, because qbl encodes a parameter before it fills in variables. */
function refuseOddCounters(
  { name, separator, value }: Parameter,
  property: string,
  element: TestElement,
  context: ImportContext,
): void {
  for (const part of [...name, ...separator, ...value]) {
    const format = 'mention' in part ? context.ownVariables.formatOf(part.mention) : '';
    if (!SAME_IF_ENCODED.test(format))
      context.refuse(element, `${property}: a counter with the format "${format}" is not supported here`);
  }
}
