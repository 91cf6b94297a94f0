import type { Plan, Request } from '../../plan/plan.ts';
import { mentionsToken } from '../../plan/tokens/token-places.ts';
import { literalText } from '../elements/functions.ts';
import { boolProp, collectionProp, elementProp, node, stringProp, type TreeNode } from '../elements/tree.ts';
import { type XmlElement, xmlElement } from '../elements/xml.ts';
import { type MessageText, messageText, type NamedValue, type RequestPlace } from './message-text.ts';
import { outcomePostProcessor } from './outcome.ts';
import type { Settings } from './settings.ts';
import { tokenScript } from './token-script.ts';
import { originOfTemplate } from './url.ts';

/** An HTTP request with its headers and the variables of its message. */
export function httpRequest(request: Request, place: RequestPlace, plan: Plan, settings: Settings): TreeNode {
  const message = messageText(request, place, plan);
  const properties = [
    ...target(request, message, settings),
    ...bodyProperties(message),
    ...connection(request),
  ];
  return node('HTTPSamplerProxy', 'HttpTestSampleGui', literalText(request.name), properties, [
    ...headerManager(message),
    ...(mentionsToken(request) ? [tokenScript(request, place, plan)] : []),
    ...userParameters(message.variables),
    ...outcomePostProcessor(request, plan),
  ]);
}

/**
 * Returns the address of a request. Protocol, host and port are settings, which all requests to one origin share.
 */
function target({ url, method }: Request, { path }: MessageText, settings: Settings): XmlElement[] {
  const { scheme, host, port, origin } = originOfTemplate(url);
  const setting = (name: string, value: string | number) => settings.ofOrigin(origin, name, value);
  return [
    stringProp('HTTPSampler.protocol', setting('protocol', scheme)),
    stringProp('HTTPSampler.domain', setting('host', host)),
    stringProp('HTTPSampler.port', setting('port', port)),
    stringProp('HTTPSampler.path', path),
    stringProp('HTTPSampler.method', method),
    stringProp('HTTPSampler.contentEncoding', 'UTF-8'),
  ];
}

function bodyProperties({ body }: MessageText): XmlElement[] {
  const raw =
    body === null
      ? []
      : [
          elementProp('', 'HTTPArgument', [
            boolProp('HTTPArgument.always_encode', false),
            stringProp('Argument.value', body),
            stringProp('Argument.metadata', '='),
          ]),
        ];
  return [
    boolProp('HTTPSampler.postBodyRaw', body !== null),
    elementProp('HTTPsampler.Arguments', 'Arguments', [collectionProp('Arguments.arguments', raw)]),
  ];
}

/** The settings of the connection. */
function connection({ timeoutMs, connectTimeoutMs = timeoutMs, keepAlive }: Request): XmlElement[] {
  return [
    boolProp('HTTPSampler.follow_redirects', false),
    boolProp('HTTPSampler.auto_redirects', false),
    boolProp('HTTPSampler.use_keepalive', keepAlive !== false),
    stringProp('HTTPSampler.connect_timeout', connectTimeoutMs),
    stringProp('HTTPSampler.response_timeout', timeoutMs),
    stringProp('HTTPSampler.implementation', 'HttpClient4'),
  ];
}

function headerManager({ headers }: MessageText): TreeNode[] {
  const pairs = headers.map(([name, value]) =>
    elementProp('', 'Header', [
      stringProp('Header.name', literalText(name)),
      stringProp('Header.value', value),
    ]),
  );
  if (pairs.length === 0) return [];
  const collection = collectionProp('HeaderManager.headers', pairs);
  return [node('HeaderManager', 'HeaderPanel', 'HTTP Header Manager', [collection])];
}

/**
 * Returns a User Parameters element with these variables. It is a pre-processor: JMeter evaluates the
 * variables once per sample, right before it sends.
 */
export function userParameters(variables: readonly NamedValue[]): TreeNode[] {
  if (variables.length === 0) return [];
  const text = (value: string) => xmlElement('stringProp', { name: '' }, value);
  const names = variables.map(([name]) => text(name));
  const values = variables.map(([, value]) => text(value));
  return [
    node('UserParameters', 'UserParametersGui', 'User Parameters', [
      collectionProp('UserParameters.names', names),
      collectionProp('UserParameters.thread_values', [collectionProp('user_1', values)]),
      boolProp('UserParameters.per_iteration', false),
    ]),
  ];
}
