import { describe, expect, it } from 'vitest';
import { importJmx } from './import.ts';
import {
  counter,
  headerManager,
  jmx,
  jmxElement,
  jmxPlan,
  props,
  sampler,
  threadGroup,
  variables,
} from './testing/jmx.ts';

/** Returns the lines of the error, without file names and line numbers. */
function refusalsOf(text: string): string[] {
  try {
    importJmx('some.jmx', text, {}, () => {});
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.message
      .split('\n')
      .filter((line) => !line.endsWith('that qbl cannot send:'))
      .map((line) => line.replace(/^some\.jmx:\d+ /, ''));
  }
  return [];
}

const inGroup = (...under: string[]) => refusalsOf(jmx(threadGroup({ under: [sampler(), ...under] })));
const inRequest = (...under: string[]) => refusalsOf(jmx(threadGroup({ under: [sampler({ under })] })));
const withProperty = (name: string, value: string | boolean) =>
  refusalsOf(jmx(threadGroup({ under: [sampler({ properties: { [name]: value } })] })));
const ofGroup = (properties: Record<string, string>, loops: string | number = 1) =>
  refusalsOf(jmx(threadGroup({ properties, loops })));

describe('refuses and names, with its path:', () => {
  it.each([
    ...['IfController', 'LoopController', 'TransactionController', 'GenericController', 'WhileController'],
    ...['OnceOnlyController', 'ThroughputController', 'ForeachController', 'ModuleController'],
    ...[
      'CSVDataSet',
      'CookieManager',
      'CacheManager',
      'AuthManager',
      'RandomVariableConfig',
      'KeystoreConfig',
    ],
    ...['GaussianRandomTimer', 'PoissonRandomTimer', 'ConstantThroughputTimer', 'SyncTimer'],
    ...['JSR223Sampler', 'DebugSampler', 'TestAction', 'JDBCSampler', 'PublisherSampler'],
    ...[
      'JSR223PreProcessor',
      'RegexExtractor',
      'JSONPostProcessor',
      'ResponseAssertion',
      'JSONPathAssertion',
    ],
  ])('%s', (type) => {
    const element = jmxElement(type, `My ${type}`, '');
    expect(inGroup(element)).toEqual([`Test Plan › Users › My ${type}: ${type} is not supported here`]);
    expect(inRequest(element)).toEqual([
      `Test Plan › Users › Send › My ${type}: ${type} is not supported here`,
    ]);
    expect(refusalsOf(jmx(threadGroup(), element))).toEqual([
      `Test Plan › My ${type}: ${type} is not supported here`,
    ]);
  });

  it.each([
    'SetupThreadGroup',
    'PostThreadGroup',
    'kg.apc.jmeter.threads.UltimateThreadGroup',
    'TestFragmentController',
  ])('%s', (type) => {
    const other = jmxElement(type, 'Other', '', { under: [sampler()] });
    expect(refusalsOf(jmx(other, threadGroup()))).toEqual([
      `Test Plan › Other: ${type} is not supported here`,
    ]);
  });

  it('defaults for something other than HTTP', () => {
    const ftp = jmxElement('ConfigTestElement', 'FTP', '', { attributes: 'guiclass="FtpConfigGui"' });
    expect(inGroup(ftp)).toEqual(['Test Plan › Users › FTP: ConfigTestElement is not supported here']);
  });

  it('an HTTP request outside a group, and an element under a timer', () => {
    expect(refusalsOf(jmx(sampler(), threadGroup()))).toEqual([
      'Test Plan › Send: HTTPSamplerProxy is not supported here',
    ]);
    const timer = jmxElement('ConstantTimer', 'T', '', { under: [headerManager({})] });
    expect(inGroup(timer)).toEqual(['Test Plan › Users › T › Headers: HeaderManager is not supported here']);
  });

  it('elements beside the test plan, except the empty WorkBench of old files', () => {
    const beside = (element: string) =>
      refusalsOf(jmx(threadGroup()).replace('<hashTree><TestPlan', `<hashTree>${element}<TestPlan`));
    expect(beside(threadGroup({ name: 'Root' }))).toEqual([
      'Root: ThreadGroup beside the TestPlan is not supported',
    ]);
    expect(beside(jmxElement('WorkBench', 'Bench', '', { under: [sampler()] }))).toEqual([
      'Bench: WorkBench beside the TestPlan is not supported',
    ]);
    expect(beside(jmxElement('WorkBench', 'Bench', ''))).toEqual([]);
  });

  it('only the first 20 unsupported elements of many', () => {
    const scripts = Array.from({ length: 60_000 }, () => '<Script/><hashTree/>\n').join('');
    const lines = refusalsOf(jmx(threadGroup(), scripts));
    expect(lines).toHaveLength(21);
    expect(lines.at(-1)).toBe('and 59980 more');
  });

  it('a controller that prevents all requests of a group', () => {
    const controller = jmxElement('IfController', 'If', '', { under: [sampler()] });
    expect(refusalsOf(jmx(threadGroup({ under: [controller] })))).toEqual([
      'Test Plan › Users › If: IfController is not supported here',
    ]);
  });

  it('all unsupported elements at once, in the order of the file', () => {
    const script = jmxElement('JSR223Sampler', 'Script', '');
    const controller = jmxElement('IfController', 'If', '', { under: [sampler(), script] });
    const group = threadGroup({
      under: [sampler({ properties: { 'HTTPSampler.proxyHost': 'p' } }), controller],
    });
    const text = jmx(group, jmxElement('CookieManager', 'Cookies', ''));
    const lines = text.split('\n');
    const at = (what: string) => lines.findIndex((line) => line.includes(what)) + 1;
    expect(() => importJmx('some.jmx', text, {}, () => {})).toThrow(
      [
        'some.jmx has 4 parts that qbl cannot send:',
        `some.jmx:${at('proxyHost') - 6} Test Plan › Users › Send: HTTPSampler.proxyHost=p is not supported`,
        `some.jmx:${at('testname="If"')} Test Plan › Users › If: IfController is not supported here`,
        `some.jmx:${at('testname="Script"')} Test Plan › Users › If › Script: JSR223Sampler is not supported here`,
        `some.jmx:${at('Cookies')} Test Plan › Cookies: CookieManager is not supported here`,
      ].join('\n'),
    );
  });
});

describe('refuses and names:', () => {
  it.each([
    ['HTTPSampler.image_parser', true, 'HTTPSampler.image_parser=true is not supported'],
    ['HTTPSampler.DO_MULTIPART_POST', true, 'HTTPSampler.DO_MULTIPART_POST=true is not supported'],
    ['HTTPSampler.md5', true, 'HTTPSampler.md5=true is not supported'],
    ['HTTPSampler.ipSource', '10.0.0.1', 'HTTPSampler.ipSource=10.0.0.1 is not supported'],
    ['HTTPSampler.use_keepalive', false, 'HTTPSampler.use_keepalive=false is not supported'],
    [
      'HTTPSampler.use_keepalive',
      '',
      'HTTPSampler.use_keepalive is missing, so JMeter closes the connection after each request. This is not supported: set it to true',
    ],
    ['HTTPSampler.use_keepalive', '${__P(keep,False)}', 'HTTPSampler.use_keepalive=false is not supported'],
    [
      'HTTPSampler.contentEncoding',
      'latin1',
      'HTTPSampler.contentEncoding=latin1 is not supported, only UTF-8',
    ],
    ['HTTPSampler.implementation', 'Java', 'HTTPSampler.implementation=Java is not supported'],
    ['HTTPSampler.domain', '', 'HTTPSampler.domain: expected the name of a server'],
    [
      'HTTPSampler.domain',
      '${__UUID}${__threadNum}',
      'HTTPSampler.domain: __threadNum has no value outside a thread',
    ],
    ['HTTPSampler.domain', 'near/far', 'HTTPSampler.domain: expected the name of a server, not "near/far"'],
    ['HTTPSampler.path', '/a b', 'HTTPSampler.path: a space in "/a b" is not supported: write %20'],
    ['HTTPSampler.path', '/a|b', 'HTTPSampler.path: | in "/a|b" is not supported: write %7C'],
    ['HTTPSampler.path', '/a[1]', 'HTTPSampler.path: [ in "/a[1]" is not supported: write %5B'],
    ['HTTPSampler.path', '/a?{"b":1}', 'HTTPSampler.path: { in "/a?{"b":1}" is not supported: write %7B'],
    ['HTTPSampler.path', "/a?b='c'", `HTTPSampler.path: ' in "/a?b='c'" is not supported: write %27`],
    ['HTTPSampler.path', '/a?b=c#d|', 'HTTPSampler.path: | in "/a?b=c#d|" is not supported: write %7C'],
    [
      'HTTPSampler.path',
      '/e\u0301',
      'HTTPSampler.path: a letter with a separate accent in "/e\u0301" is not supported: write them as one character',
    ],
    ['HTTPSampler.path', '/a?', 'HTTPSampler.path: ? without a query in "/a?" is not supported: remove it'],
    [
      'HTTPSampler.path',
      '/a?b=100%',
      'HTTPSampler.path: % without two hexadecimal digits in "/a?b=100%" is not supported: write %25',
    ],
    ['HTTPSampler.path', '/a//b', 'HTTPSampler.path: // in "/a//b" is not supported: write one slash'],
    [
      'HTTPSampler.path',
      '/a/../b',
      'HTTPSampler.path: . or .. in "/a/../b" is not supported: write the path in full',
    ],
    ['HTTPSampler.protocol', 'ftp', 'URL: expected a URL with http:// or https://'],
    [
      'HTTPSampler.method',
      'BREW',
      'HTTPSampler.method: expected one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
    ],
    ['HTTPSampler.path', '/${nothing}', 'HTTPSampler.path: ${nothing} is not defined here'],
    [
      'HTTPSampler.connect_timeout',
      'soon',
      'HTTPSampler.connect_timeout: expected a number from 0 to 2147483647, not "soon"',
    ],
    ['Some.plugin', 'on', 'Some.plugin=on is not supported'],
  ])('%s = %s', (name, value, message) => {
    expect(withProperty(name, value)).toEqual([`Test Plan › Users › Send: ${message}`]);
  });

  it.each([
    [
      { 'ThreadGroup.num_threads': 'many' },
      'ThreadGroup.num_threads: expected a whole number from 1 to 100,000',
    ],
    [
      { 'ThreadGroup.num_threads': '${__threadNum}' },
      'ThreadGroup.num_threads: __threadNum has no value outside a thread',
    ],
    [
      { 'ThreadGroup.scheduler': 'true' },
      'ThreadGroup.duration: expected a duration above 0, because the scheduler is on',
    ],
    [{ 'ThreadGroup.on_sample_error': 'panic' }, 'ThreadGroup.on_sample_error: expected one of'],
    [{ 'ThreadGroup.other': '1' }, 'ThreadGroup.other=1 is not supported'],
  ])('thread group properties %o', (properties, message) => {
    expect(ofGroup(properties)).toEqual([expect.stringContaining(`Test Plan › Users: ${message}`)]);
  });

  it('a controller that JMeter would never leave', () => {
    const text = jmx(threadGroup()).replace(
      /<stringProp name="LoopController.continue_forever">false<\/stringProp>/,
      '',
    );
    expect(refusalsOf(text)).toEqual([
      'Test Plan › Users: LoopController.continue_forever: expected false, because loops has a number',
    ]);
  });

  it('thread groups that run one after the other', () => {
    const serial = props({ 'TestPlan.serialize_threadgroups': true });
    expect(refusalsOf(jmxPlan(serial, threadGroup()))).toEqual([]);
    expect(refusalsOf(jmxPlan(serial, threadGroup(), threadGroup({ name: 'B' })))).toEqual([
      'Test Plan: TestPlan.serialize_threadgroups=true is not supported with several thread groups',
    ]);
  });

  it.each([
    ['other', 'other:3000'],
    ['other:80', 'other'],
    ['other:3000', null],
    ['other:81', null],
  ])('a header Host that JMeter changes: %s', (host, sent) => {
    const under = [sampler({ under: [headerManager({ Host: host })] })];
    expect(refusalsOf(jmx(threadGroup({ under })))).toEqual(
      sent === null
        ? []
        : [`Test Plan › Users › Send: headers.Host: JMeter sends "${sent}", not "${host}": write "${sent}"`],
    );
  });

  it('a body that JMeter would encode', () => {
    const encoded = (value: string) =>
      refusalsOf(
        jmx(threadGroup()).replace(
          '<stringProp name="Argument.value">',
          `<boolProp name="HTTPArgument.always_encode">${value}</boolProp>$&`,
        ),
      );
    expect(encoded('true')).toEqual([
      'Test Plan › Users › Send: HTTPArgument.always_encode=true is not supported',
    ]);
    expect(encoded('false')).toEqual([]);
  });

  it('parameters of a form, and files', () => {
    const text = jmx(threadGroup()).replace(
      '<stringProp name="Argument.value">',
      '<stringProp name="Argument.name">user</stringProp>$&',
    );
    expect(refusalsOf(text)).toEqual([
      'Test Plan › Users › Send: the parameters user are not supported: expected a body',
    ]);
  });

  it('repeated headers, connection headers, number formats and two requests with one name', () => {
    expect(inGroup(headerManager({ a: '1', A: '2' }))).toEqual([
      'Test Plan › Users › Headers: the header A is repeated: expected each header once',
    ]);
    expect(inRequest(headerManager({ Connection: 'close' }))).toEqual([
      'Test Plan › Users › Send: headers.Connection: this header belongs to the connection and cannot be in a plan',
    ]);
    expect(inRequest(headerManager({ ['__proto__']: 'a' }))).toEqual([
      'Test Plan › Users › Send: headers.__proto__: expected the name of a header: letters, digits and hyphens',
    ]);
    expect(inGroup(counter({ name: 'n', format: '#,##0' }))).toEqual([
      'Test Plan › Users › Counter: CounterConfig.format=#,##0 is not supported',
    ]);
    expect(inGroup(sampler())).toEqual([
      'Test Plan › Users › Send: testname: expected a name that no other request of the group has',
    ]);
  });
});

describe('refuses a file that is not a test plan', () => {
  it.each([
    ['<a/>', 'this is not a .jmx: expected <jmeterTestPlan> with a <hashTree>'],
    ['<jmeterTestPlan><hashTree/></jmeterTestPlan>', 'the file has no enabled TestPlan'],
    [jmx(), 'Test Plan: the test plan has no enabled thread group'],
    [jmx(threadGroup({ under: [] })), 'Test Plan › Users: the thread group has no enabled HTTP request'],
  ])('%s', (text, message) => {
    expect(refusalsOf(text)).toEqual([message]);
  });
});

describe('a plan that grows without bound is refused:', () => {
  const steps = Array.from({ length: 5_000 }, (_, i) => i + 1);
  const tooLong = 'the text has more than 4194304 characters';
  const userParameters = (names: readonly string[], values: readonly string[]) =>
    jmxElement(
      'UserParameters',
      'Parameters',
      `<collectionProp name="UserParameters.names">${texts(names)}</collectionProp>
      <collectionProp name="UserParameters.thread_values"><collectionProp name="1">${texts(values)}</collectionProp></collectionProp>`,
    );
  const texts = (list: readonly string[]) => list.map((text) => `<stringProp>${text}</stringProp>`).join('');

  it('variables that mention the one before twice', () => {
    const doubling = steps.slice(0, 60).map((i) => variables({ [`v${i}`]: `\${v${i - 1}}\${v${i - 1}}` }));
    const refusals = refusalsOf(jmx(variables({ v0: 'x' }), ...doubling, threadGroup()));
    expect(refusals).toEqual([expect.stringContaining(`Variables: v22: ${tooLong}`)]);
  });

  it('a body that mentions a long variable often', () => {
    const body = '${v}'.repeat(5_000);
    const refusals = refusalsOf(
      jmx(variables({ v: 'x'.repeat(500_000) }), threadGroup({ under: [sampler({ body })] })),
    );
    expect(refusals).toEqual([expect.stringContaining(tooLong)]);
  });

  it('user parameters that mention the one before', () => {
    const once = userParameters(
      ['u0', ...steps.map((i) => `u${i}`)],
      ['x', ...steps.map((i) => `\${u${i - 1}}`)],
    );
    const body = '{"a":"${u5000}"}';
    expect(inGroupWith(body, once)).toEqual([expect.stringContaining('more than 500 levels deep')]);
  });

  it('many elements', () => {
    expect(refusalsOf(jmx('<a/>'.repeat(200_000)))).toEqual(['there are more than 200000 elements']);
  });

  function inGroupWith(body: string, ...under: string[]): string[] {
    return refusalsOf(jmx(threadGroup({ under: [sampler({ body, under })] })));
  }
});
