import { describe, expect, it } from 'vitest';
import { importJmx } from './import.ts';
import { headerManager, jmx, jmxElement, sampler, threadGroup } from './testing/jmx.ts';
import { inGroup, inRequest, refusalsOf } from './testing/refusals.ts';

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
