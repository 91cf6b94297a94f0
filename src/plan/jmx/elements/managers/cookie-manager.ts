import type { Cookie, CookieManager } from '../../../managers/managers.ts';
import type { TestElement } from '../../tree.ts';
import type { ParsedElement } from '../../xml.ts';
import type { ManagerReader } from './manager-reader.ts';

/** The standard policy of JMeter. Other policies read dates and quotes in another way, or use a list of domains. */
const POLICY = 'standard';
const HANDLER = 'org.apache.jmeter.protocol.http.control.HC4CookieHandler';

/** Reads a cookie manager (CookieManager.java). */
export function cookieManager(reader: ManagerReader): CookieManager {
  expectValue('CookieManager.policy', POLICY, reader);
  expectValue('CookieManager.implementation', HANDLER, reader);
  return {
    cookies: reader.entries('CookieManager.cookies').map((entry) => cookieOf(entry, reader)),
    forgets: reader.forgetting('CookieManager.controlledByThreadGroup', 'CookieManager.clearEachIteration'),
  };
}

/** Refuses a value other than JMeter's standard, which a missing property means. */
function expectValue(name: string, standard: string, reader: ManagerReader): void {
  if (!reader.element.properties.has(name)) return;
  const value = reader.text(name);
  if (value !== standard) reader.refuse(`${name}=${value} is not supported: expected ${standard}`);
}

function cookieOf(
  { parsed, properties }: { readonly parsed: ParsedElement; readonly properties: TestElement['properties'] },
  reader: ManagerReader,
): Cookie {
  const holder = { properties };
  const named = properties.get('TestElement.name')?.text ?? parsed.attributes['testname'] ?? '';
  const name = reader.constant('CookieManager.cookies', named);
  if (name === '') reader.refuse('CookieManager.cookies: expected a name for each cookie');
  return {
    name,
    value: reader.text('Cookie.value', holder),
    domain: reader.text('Cookie.domain', holder),
    path: reader.text('Cookie.path', holder),
    secure: reader.isTrue('Cookie.secure', holder),
    forSubdomains: reader.isTrue('Cookie.domain_specified', holder),
  };
}
