import { describe, expect, it } from 'vitest';
import { importJmx } from './import.ts';
import {
  counter,
  headerManager,
  jmx,
  jmxElement,
  props,
  sampler,
  threadGroup,
  variables,
} from './testing/jmx.ts';
import { inGroup, inRequest, refusalsOf } from './testing/refusals.ts';

describe('refuses and names, with its path:', () => {
  it.each([
    ...['CriticalSectionController', 'ThroughputController', 'ModuleController'],
    ...['KeystoreConfig', 'SimpleConfigGui', 'LoginConfigGui'],
    ...['SyncTimer', 'BeanShellTimer'],
    ...['JSR223Sampler', 'TestAction', 'JDBCSampler', 'PublisherSampler'],
    ...['JSR223PreProcessor', 'HtmlExtractor', 'XPathExtractor', 'XPathAssertion', 'JMESPathAssertion'],
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

  it.each(['OpenModelThreadGroup', 'com.blazemeter.jmeter.threads.arrivals.ArrivalsThreadGroup'])(
    '%s',
    (type) => {
      const other = jmxElement(type, 'Other', '', { under: [sampler()] });
      expect(refusalsOf(jmx(other, threadGroup()))).toEqual([
        `Test Plan › Other: ${type} is not supported here`,
      ]);
    },
  );

  it('defaults of JMeter that add properties to an HTTP request', () => {
    const simple = jmxElement('ConfigTestElement', 'Simple', '', {
      attributes: 'guiclass="SimpleConfigGui"',
    });
    expect(inGroup(simple)).toEqual(['Test Plan › Users › Simple: ConfigTestElement is not supported here']);
  });

  it('an HTTP request outside a group, and an element under a timer', () => {
    expect(refusalsOf(jmx(sampler(), threadGroup()))).toEqual([
      'Test Plan › Send: HTTPSamplerProxy is not supported here',
    ]);
    const timer = jmxElement('ConstantTimer', 'T', '', { under: [headerManager({})] });
    expect(inGroup(timer)).toEqual(['Test Plan › Users › T › Headers: HeaderManager is not supported here']);
  });

  it('elements beside the test plan, and what runs in a WorkBench', () => {
    const beside = (element: string) =>
      refusalsOf(jmx(threadGroup()).replace('<hashTree><TestPlan', `<hashTree>${element}<TestPlan`));
    expect(beside(threadGroup({ name: 'Root' }))).toEqual([
      'Root: ThreadGroup beside the TestPlan is not supported',
    ]);
    const under = [sampler(), variables({ a: '1' }), threadGroup({ name: 'Group' })];
    expect(beside(jmxElement('WorkBench', 'Bench', '', { under }))).toEqual([
      'Bench › Variables: Arguments is not supported here',
      'Bench › Group: ThreadGroup is not supported here',
    ]);
  });

  it('a thread group or an unknown element in a test fragment', () => {
    const under = [jmxElement('SetupThreadGroup', 'First', ''), jmxElement('some.Plugin', 'Plug-in', '')];
    const fragment = jmxElement('TestFragmentController', 'Part', '', { under });
    expect(refusalsOf(jmx(fragment, threadGroup()))).toEqual([
      'Test Plan › Part › First: SetupThreadGroup is not supported here',
      'Test Plan › Part › Plug-in: some.Plugin is not supported here',
    ]);
  });

  it('a Debug Sampler that a timer delays, or that has an assertion', () => {
    const timer = jmxElement('ConstantTimer', 'T', props({ 'ConstantTimer.delay': 9 }));
    const message =
      'Test Plan › Users › D: DebugSampler with a timer is not supported: expected no timer in the scope of the element';
    expect(inGroup(timer, jmxElement('DebugSampler', 'D', ''))).toEqual([message]);
    const under = [timer, jmxElement('ResponseAssertion', 'A', '')];
    expect(inGroup(jmxElement('DebugSampler', 'D', '', { under }))).toEqual([
      message,
      'Test Plan › Users › D: DebugSampler with an assertion is not supported: expected no assertion in the scope of the element',
    ]);
  });

  it('a counter in a controller if the thread goes on with its next loop after an error', () => {
    const controller = jmxElement('GenericController', 'Part', '', { under: [counter({ name: 'n' })] });
    const inMode = (mode: string) =>
      refusalsOf(
        jmx(
          threadGroup({
            properties: { 'ThreadGroup.on_sample_error': mode },
            under: [sampler(), controller],
          }),
        ),
      );
    expect(inMode('continue')).toEqual([]);
    expect(inMode('startnextloop')).toEqual([
      'Test Plan › Users › Part › Counter: a counter in a controller is not supported with on_sample_error=startnextloop',
    ]);
  });

  it('a variable that gets another value inside a controller, a request or a listener', () => {
    const message = (path: string) => [
      `Test Plan › Users › ${path}: n: the variable has a value already: expected another name`,
    ];
    const inner = counter({ name: 'n' });
    const defined = (...under: string[]) =>
      refusalsOf(jmx(variables({ n: '1' }), threadGroup({ under: [sampler(), ...under] })));
    expect(defined(jmxElement('GenericController', 'Part', '', { under: [inner] }))).toEqual(
      message('Part › Counter'),
    );
    expect(defined(sampler({ name: 'Other', under: [inner] }))).toEqual(message('Other › Counter'));
    const saver = jmxElement('ResultSaver', 'Saver', props({ 'FileSaver.variablename': 'n' }));
    expect(inGroup(saver)).toEqual(['Test Plan › Users › Saver: FileSaver.variablename=n is not supported']);
    expect(defined(inner)).toEqual([]);
  });

  it('every unsupported element of many, and what else is wrong under them', () => {
    const scripts = Array.from({ length: 2000 }, () => '<Script/><hashTree/>\n').join('');
    expect(refusalsOf(jmx(threadGroup(), scripts))).toHaveLength(2000);
    const wrong = sampler({ name: 'Wrong', properties: { 'HTTPSampler.md5': true } });
    const group = jmxElement('OpenModelThreadGroup', 'First', '', {
      under: [jmxElement('SwitchController', 'If', '', { under: [wrong] })],
    });
    expect(refusalsOf(jmx(group, threadGroup()))).toEqual([
      'Test Plan › First: OpenModelThreadGroup is not supported here',
      'Test Plan › First › If: SwitchController is not supported here',
      'Test Plan › First › If › Wrong: HTTPSampler.md5=true is not supported',
    ]);
  });

  it('a controller that prevents all requests of a group', () => {
    const controller = jmxElement('SwitchController', 'If', '', { under: [sampler()] });
    expect(refusalsOf(jmx(threadGroup({ under: [controller] })))).toEqual([
      'Test Plan › Users › If: SwitchController is not supported here',
    ]);
  });

  it('all unsupported elements at once, in the order of the file', () => {
    const script = jmxElement('JSR223Sampler', 'Script', '');
    const controller = jmxElement('SwitchController', 'If', '', { under: [sampler(), script] });
    const group = threadGroup({
      under: [sampler({ properties: { 'HTTPSampler.proxyHost': 'p' } }), controller],
    });
    const text = jmx(group, jmxElement('KeystoreConfig', 'Keys', ''));
    const lines = text.split('\n');
    const at = (what: string) => lines.findIndex((line) => line.includes(what)) + 1;
    expect(() => importJmx('some.jmx', text, {}, () => {})).toThrow(
      [
        'some.jmx has 4 parts that qbl cannot send:',
        `some.jmx:${at('testname="Send"')} Test Plan › Users › Send: HTTPSampler.proxyHost=p is not supported`,
        `some.jmx:${at('testname="If"')} Test Plan › Users › If: SwitchController is not supported here`,
        `some.jmx:${at('testname="Script"')} Test Plan › Users › If › Script: JSR223Sampler is not supported here`,
        `some.jmx:${at('Keys')} Test Plan › Keys: KeystoreConfig is not supported here`,
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
