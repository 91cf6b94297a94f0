import type { Request } from '../plan/plan.ts';
import { literalText, property } from './functions.ts';
import { type MessageText, messageText } from './message-variables.ts';
import type { Numbering } from './numbering.ts';
import { boolProp, collectionProp, elementProp, node, stringProp, type TreeNode } from './tree.ts';
import { element, type XmlElement } from './xml.ts';

/** Where a request stands in its plan; both numbers from 1. */
export interface RequestPlace {
  readonly group: number;
  readonly request: number;
}

/** An HTTP request with its headers and the variables of its message. */
export function httpRequest(
  request: Request,
  { group, request: number }: RequestPlace,
  identity: boolean,
  origins: Numbering,
): TreeNode {
  const message = messageText(request, group, number, identity);
  const properties = [...target(request, origins), ...bodyProperties(message), ...connection(request)];
  return node('HTTPSamplerProxy', 'HttpTestSampleGui', literalText(request.name), properties, [
    ...headerManager(request),
    ...userParameters(message),
  ]);
}

/** Requests of one origin share its properties; those of the second one are named `host.2` and so on. */
function target({ url, method }: Request, origins: Numbering): XmlElement[] {
  const { protocol, hostname, port, pathname, search, origin } = new URL(url);
  const name = (text: string) => origins.name(text, origin);
  const scheme = protocol.slice(0, -1);
  return [
    stringProp('HTTPSampler.protocol', property(name('protocol'), scheme)),
    stringProp('HTTPSampler.domain', property(name('host'), hostname)),
    stringProp('HTTPSampler.port', property(name('port'), port || (scheme === 'https' ? 443 : 80))),
    stringProp('HTTPSampler.path', literalText(encodePath(pathname + search))),
    stringProp('HTTPSampler.method', method),
    stringProp('HTTPSampler.contentEncoding', 'UTF-8'),
  ];
}

/** java.net.URI refuses some characters that URLs of the WHATWG may hold. */
function encodePath(path: string): string {
  return path.replace(/[^\w\-.~!$&'()*+,;=:@/?%]/g, encodeURIComponent);
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

/** One attempt, one sample: redirects are not followed. */
function connection({ timeoutMs }: Request): XmlElement[] {
  return [
    boolProp('HTTPSampler.follow_redirects', false),
    boolProp('HTTPSampler.auto_redirects', false),
    boolProp('HTTPSampler.use_keepalive', true),
    stringProp('HTTPSampler.connect_timeout', timeoutMs),
    stringProp('HTTPSampler.response_timeout', timeoutMs),
    stringProp('HTTPSampler.implementation', 'HttpClient4'),
  ];
}

function headerManager({ headers }: Request): TreeNode[] {
  const pairs = Object.entries(headers).map(([name, value]) =>
    elementProp('', 'Header', [
      stringProp('Header.name', literalText(name)),
      stringProp('Header.value', literalText(value)),
    ]),
  );
  if (pairs.length === 0) return [];
  const collection = collectionProp('HeaderManager.headers', pairs);
  return [node('HeaderManager', 'HeaderPanel', 'HTTP Header Manager', [collection])];
}

/** A pre-processor: its values are made once for each sample, right before it is sent. */
export function userParameters({ variables }: Pick<MessageText, 'variables'>): TreeNode[] {
  if (variables.length === 0) return [];
  const text = (value: string) => element('stringProp', { name: '' }, value);
  return [
    node('UserParameters', 'UserParametersGui', 'User Parameters', [
      collectionProp(
        'UserParameters.names',
        variables.map(([name]) => text(name)),
      ),
      collectionProp('UserParameters.thread_values', [
        collectionProp(
          'user_1',
          variables.map(([, value]) => text(value)),
        ),
      ]),
      boolProp('UserParameters.per_iteration', false),
    ]),
  ];
}
