import { WRITING } from './default-identity.ts';
import { collectionOf, isEnabled, propertiesOf, type TestElement, testElement, textOf } from './tree.ts';
import type { ParsedElement } from './xml.ts';

/** An HTTP request somewhere in a .jmx file, and its place in the text of the file. */
export interface HttpSampler {
  readonly name: string;
  readonly method: string;
  /** The URL as the file writes it, with its variables. */
  readonly url: string;
  /** Whether the request and all elements above it are enabled. */
  readonly isEnabled: boolean;
  /** The thread group of the request. Null if the request is in none, such as in a test fragment. */
  readonly group: SamplerGroup | null;
  readonly element: ParsedElement;
  /** The hashTree of the request. Null if the file has none. */
  readonly hashTree: ParsedElement | null;
}

/** An enabled thread group of JMeter or of a plug-in. */
export interface SamplerGroup {
  readonly kind: 'setUp' | 'plain' | 'tearDown';
  readonly element: TestElement;
  readonly parsed: ParsedElement;
}

/** JMeter's classes of HTTP requests. Source: saveservice.properties. */
const HTTP_SAMPLERS: readonly string[] = ['HTTPSamplerProxy', 'HTTPSampler', 'HTTPSampler2'];
/** The class names of all thread groups end like this, also those of plug-ins. */
const THREAD_GROUP = /ThreadGroup$/;
const KINDS: Readonly<Record<string, SamplerGroup['kind']>> = {
  SetupThreadGroup: 'setUp',
  PostThreadGroup: 'tearDown',
};

/**
 * Whether an HTTP request sends a message to the queue.
 * @param messages the names of the requests that do; undefined if the method decides
 */
export function isMessage(
  { name, method }: Pick<HttpSampler, 'name' | 'method'>,
  messages: readonly string[] | undefined,
): boolean {
  return messages === undefined ? isWriting(method) : messages.includes(name);
}

function isWriting(method: string): boolean {
  return WRITING.some((writing) => writing === method);
}

interface Found {
  readonly samplers: HttpSampler[];
  readonly groups: SamplerGroup[];
}

/** A place in the tree: whether everything above is enabled, and the thread group above. */
interface Above {
  readonly isEnabled: boolean;
  readonly group: SamplerGroup | null;
}

/** Finds all HTTP requests of a .jmx file, also disabled ones, and its enabled thread groups. */
export function samplersOf(root: ParsedElement): Found {
  const found: Found = { samplers: [], groups: [] };
  for (const child of root.children)
    if (child.name === 'hashTree') collect(child, { isEnabled: true, group: null }, found);
  return found;
}

function collect(tree: ParsedElement, above: Above, found: Found): void {
  for (const [index, element] of tree.children.entries()) {
    if (element.name === 'hashTree') continue;
    const next = tree.children[index + 1];
    const hashTree = next?.name === 'hashTree' ? next : null;
    const isOn = above.isEnabled && isEnabled(element);
    const group = isOn && THREAD_GROUP.test(element.name) ? groupOf(element) : null;
    if (group !== null) found.groups.push(group);
    const place = { isEnabled: isOn, group: group ?? above.group };
    if (HTTP_SAMPLERS.includes(element.name)) found.samplers.push(samplerOf(element, hashTree, place));
    if (hashTree !== null) collect(hashTree, place, found);
  }
}

function groupOf(element: ParsedElement): SamplerGroup {
  return { kind: KINDS[element.name] ?? 'plain', element: testElement(element, null, ''), parsed: element };
}

function samplerOf(element: ParsedElement, hashTree: ParsedElement | null, place: Above): HttpSampler {
  const holder = { properties: propertiesOf(element) };
  const name = element.attributes['testname'] ?? '';
  const method = textOf(holder, 'HTTPSampler.method').trim() || 'GET';
  return { name, method, url: urlOf(holder, method), ...place, element, hashTree };
}

type Holder = Pick<TestElement, 'properties'>;

/**
 * Returns the URL of a request, with the parameters that JMeter puts into the query. The URL shows which request it is,
 * and whether its parameters are secret.
 */
function urlOf(holder: Holder, method: string): string {
  const [protocol, domain, port, path] = ['protocol', 'domain', 'port', 'path'].map((name) =>
    textOf(holder, `HTTPSampler.${name}`).trim(),
  );
  const origin = domain === '' ? '' : `${protocol || 'http'}://${domain}${port === '' ? '' : `:${port}`}`;
  const separator = origin === '' || path === '' || path?.startsWith('/') ? '' : '/';
  const url = /^https?:\/\//i.test(path ?? '') ? (path ?? '') : `${origin}${separator}${path}`;
  const query = isWriting(method) ? '' : parametersOf(holder).join('&');
  return query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`;
}

function parametersOf({ properties }: Holder): string[] {
  const inner = properties.get('HTTPsampler.Arguments');
  if (inner === undefined) return [];
  return collectionOf({ properties: propertiesOf(inner) }, 'Arguments.arguments').flatMap((argument) => {
    const parameter = { properties: propertiesOf(argument) };
    const name = textOf(parameter, 'Argument.name');
    return name === '' ? [] : [`${inQuery(name)}=${inQuery(textOf(parameter, 'Argument.value'))}`];
  });
}

/** Encodes the characters that would end a name or a value. Variables stay as the file writes them. */
function inQuery(text: string): string {
  return text.replace(/[&;#=\s]/g, encodeURIComponent);
}
