/** Small JMeter test plans as text, for tests. */

export interface JmxOptions {
  /** Further attributes of an element, in addition to class and name. */
  readonly attributes?: string;
  /** The child elements. */
  readonly under?: readonly string[];
}

/**
 * Classes of JMeter's editor. JMeter loads no element without such a class, and applies a manager only if the class is
 * this one.
 */
const GUI_CLASSES: Readonly<Record<string, string>> = {
  HeaderManager: 'HeaderPanel',
  CookieManager: 'CookiePanel',
  CacheManager: 'CacheManagerGui',
  AuthManager: 'AuthPanel',
  DNSCacheManager: 'DNSCachePanel',
};

/** Returns an element, followed by its hashTree. */
export function jmxElement(
  type: string,
  name: string,
  properties: string,
  { attributes = '', under = [] }: JmxOptions = {},
): string {
  const gui = attributes.includes('guiclass=') ? '' : `guiclass="${GUI_CLASSES[type] ?? `${type}Gui`}" `;
  return `<${type} ${gui}testname="${name}" ${attributes}>${properties}</${type}><hashTree>${under.join('\n')}</hashTree>\n`;
}

export function props(values: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(values)
    .map(([name, value]) => `<stringProp name="${name}">${value}</stringProp>`)
    .join('\n');
}

export function collection(name: string, elements: readonly string[], type = 'X'): string {
  const items = elements.map(
    (element) => `<elementProp name="" elementType="${type}">${element}</elementProp>`,
  );
  return `<collectionProp name="${name}">${items.join('')}</collectionProp>`;
}

export function variables(values: Readonly<Record<string, string>>): string {
  return jmxElement('Arguments', 'Variables', argumentsOf(values));
}

function argumentsOf(values: Readonly<Record<string, string>>): string {
  return collection(
    'Arguments.arguments',
    Object.entries(values).map(([name, value]) => props({ 'Argument.name': name, 'Argument.value': value })),
    'Argument',
  );
}

export function headerManager(values: Readonly<Record<string, string>>): string {
  const headers = Object.entries(values).map(([name, value]) =>
    props({ 'Header.name': name, 'Header.value': value }),
  );
  return jmxElement('HeaderManager', 'Headers', collection('HeaderManager.headers', headers, 'Header'));
}

/** A cookie of a cookie manager. */
export interface JmxCookie {
  readonly name: string;
  readonly value: string;
  readonly domain?: string;
  readonly path?: string;
}

export function cookieManager(
  cookies: readonly JmxCookie[] = [],
  values: Readonly<Record<string, string | boolean>> = {},
): string {
  const elements = cookies.map(({ name, value, domain = '127.0.0.1', path = '/' }) => {
    const own = { 'Cookie.value': value, 'Cookie.domain': domain, 'Cookie.path': path };
    return `<elementProp name="${name}" elementType="Cookie" testname="${name}">${props({ ...own, 'Cookie.domain_specified': true })}</elementProp>`;
  });
  const list = `<collectionProp name="CookieManager.cookies">${elements.join('')}</collectionProp>`;
  return jmxElement('CookieManager', 'Cookies', `${list}${props(values)}`);
}

/** Returns a manager of users. The names of the values are without `Authorization.`. */
export function authManager(...users: readonly Readonly<Record<string, string>>[]): string {
  const elements = users.map((user) =>
    props(Object.fromEntries(Object.entries(user).map(([name, value]) => [`Authorization.${name}`, value]))),
  );
  return jmxElement('AuthManager', 'Users', collection('AuthManager.auth_list', elements, 'Authorization'));
}

export function cacheManager(values: Readonly<Record<string, string | number | boolean>> = {}): string {
  return jmxElement('CacheManager', 'Cache', props(values));
}

export function counter(values: Readonly<Record<string, string | number | boolean>>): string {
  const entries = Object.entries(values).map(([name, value]) => [`CounterConfig.${name}`, value]);
  return jmxElement('CounterConfig', 'Counter', props(Object.fromEntries(entries)));
}

export interface SamplerOptions extends JmxOptions {
  readonly name?: string;
  readonly body?: string;
  /** The parameters, in place of the body. */
  readonly parameters?: readonly HttpParameter[];
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
}

/** A parameter of an HTTP request, as the editor of JMeter writes it. */
export interface HttpParameter {
  readonly name?: string;
  readonly value?: string;
  readonly encode?: boolean;
  readonly metadata?: string;
  readonly contentType?: string;
}

/** Returns the property with the parameters of an HTTP request, or of HTTP Request Defaults. */
export function httpArguments(parameters: readonly HttpParameter[]): string {
  const elements = parameters.map(({ name = '', value = '', encode = false, metadata = '=', contentType }) =>
    props({
      'Argument.name': escapedXml(name),
      'Argument.value': escapedXml(value),
      'Argument.metadata': metadata,
      'HTTPArgument.always_encode': encode,
      ...(contentType === undefined ? {} : { 'HTTPArgument.content_type': contentType }),
    }),
  );
  const list = collection('Arguments.arguments', elements, 'HTTPArgument');
  return `<elementProp name="HTTPsampler.Arguments" elementType="Arguments">${list}</elementProp>`;
}

export function escapedXml(text: string): string {
  return text.replace(/[&<>\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Returns an HTTP request that posts a JSON object to a server on the same machine. */
export function sampler({
  name = 'Send',
  body = '{"a": 1}',
  parameters,
  properties = {},
  ...options
}: SamplerOptions = {}): string {
  const all = {
    'HTTPSampler.domain': 'localhost',
    'HTTPSampler.port': 3000,
    'HTTPSampler.path': '/send',
    'HTTPSampler.method': 'POST',
    'HTTPSampler.postBodyRaw': parameters === undefined,
    'HTTPSampler.use_keepalive': true,
    ...properties,
  };
  const inner = httpArguments(parameters ?? [{ value: body }]);
  return jmxElement('HTTPSamplerProxy', name, `${inner}${props(all)}`, options);
}

export function httpDefaults(properties: string): string {
  return jmxElement('ConfigTestElement', 'Defaults', properties, {
    attributes: 'guiclass="HttpDefaultsGui"',
  });
}

export interface GroupOptions extends JmxOptions {
  /** JMeter's class of the thread group. */
  readonly type?: string;
  readonly name?: string;
  readonly loops?: string | number;
  /** Further properties, as XML. */
  readonly others?: string;
  readonly properties?: Readonly<Record<string, string | number | boolean>>;
}

export function threadGroup({
  type = 'ThreadGroup',
  name = 'Users',
  loops = 1,
  properties = {},
  others = '',
  under = [sampler()],
  ...options
}: GroupOptions = {}): string {
  const controller = props({ 'LoopController.loops': loops, 'LoopController.continue_forever': false });
  const main = `<elementProp name="ThreadGroup.main_controller" elementType="LoopController" testname="Loop Controller">${controller}</elementProp>`;
  const rampUp = type.includes('.') ? {} : { 'ThreadGroup.num_threads': 1, 'ThreadGroup.ramp_time': 0 };
  return jmxElement(type, name, `${main}${props({ ...rampUp, ...properties })}${others}`, {
    ...options,
    under,
  });
}

/** Returns the text of a .jmx file with these elements. */
export function jmx(...under: readonly string[]): string {
  return jmxPlan('', ...under);
}

/** Returns the text of a .jmx file whose test plan has these properties and elements. */
export function jmxPlan(properties: string, ...under: readonly string[]): string {
  const testPlan = jmxElement('TestPlan', 'Test Plan', properties, { under });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<jmeterTestPlan version="1.2"><hashTree>${testPlan}</hashTree></jmeterTestPlan>`;
}
