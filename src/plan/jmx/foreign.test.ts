import { describe, expect, it } from 'vitest';
import { carriesIdentity, findPlacesOf, sendsMessage, tokenHeaders, usesTokens } from '../placements.ts';
import { foreignPlan } from './foreign.ts';
import { jmx, jmxElement, sampler, threadGroup } from './testing/jmx.ts';

function read(text: string, settings = {}) {
  const notes: string[] = [];
  return { ...foreignPlan('some/shop.jmx', text, settings, (note) => notes.push(note)), notes };
}

const post = (name: string) => sampler({ name });
const get = (name: string, properties = {}) =>
  sampler({ name, properties: { 'HTTPSampler.method': 'GET', ...properties } });
const inGroup = (type: string, name: string, ...under: string[]) => jmxElement(type, name, '', { under });

describe('a test plan that JMeter runs unchanged', () => {
  it('may have any elements and equal names, and shows its groups in the order in which JMeter runs them', () => {
    const text = jmx(
      inGroup('PostThreadGroup', 'Last', post('Clean')),
      threadGroup({
        under: [post('Send'), jmxElement('IfController', 'If', '', { under: [post('Send'), get('Ask')] })],
      }),
      inGroup('kg.apc.jmeter.threads.UltimateThreadGroup', 'Plug-in', post('More')),
      inGroup('SetupThreadGroup', 'First', jmxElement('JSR223Sampler', 'Script', '')),
    );
    const { plan, setUpGroups, plainGroups } = read(text);
    expect(plan.threadGroups.map(({ name, requests }) => [name, requests.map((each) => each.name)])).toEqual([
      ['First', []],
      ['Users', ['Send', 'Send', 'Ask']],
      ['Plug-in', ['More']],
      ['Last', ['Clean']],
    ]);
    expect([setUpGroups, plainGroups]).toEqual([1, 2]);
    expect(plan.foreign).toEqual({ name: 'shop.jmx', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
  });

  it('leaves out requests and groups that are disabled, also by an element above', () => {
    const off = { attributes: 'enabled="false"' };
    const text = jmx(
      threadGroup({ name: 'Off', ...off }),
      threadGroup({
        under: [
          post('On'),
          sampler({ name: 'Off', ...off }),
          jmxElement('LoopController', 'Off', '', { ...off, under: [post('Off too')] }),
        ],
      }),
    );
    const { plan, samplers } = read(text);
    expect(plan.threadGroups.map(({ requests }) => requests.map(({ name }) => name))).toEqual([['On']]);
    expect(samplers).toHaveLength(4);
  });

  it('sends messages with POST, PUT and PATCH, or with the named requests, and says so', () => {
    const text = jmx(threadGroup({ under: [post('Log in'), get('Ask'), post('Order')] }));
    const messagesOf = (settings = {}) => {
      const { plan, notes } = read(text, settings);
      const sending = plan.threadGroups[0]?.requests.filter((request) => sendsMessage(plan, request));
      return { names: sending?.map(({ name }) => name), notes };
    };
    expect(messagesOf()).toEqual({
      names: ['Log in', 'Order'],
      notes: [
        expect.stringContaining('the header qbl-id has the identity of 2 of 3 HTTP requests (each POST'),
      ],
    });
    expect(messagesOf({ messages: ['Order'] })).toEqual({
      names: ['Order'],
      notes: [expect.stringContaining('1 of 3 HTTP requests (named with --label)')],
    });
    expect(() => messagesOf({ messages: ['order'] })).toThrow('no HTTP request with the name "order"');
  });

  it('has an identity and counts its requests, even if only a Module Controller runs them', () => {
    const off = { attributes: 'enabled="false"', under: [post('Order')] };
    const text = jmx(
      jmxElement('TestFragmentController', 'Parts', '', off),
      threadGroup({ under: [jmxElement('ModuleController', 'Module', ''), get('Ask')] }),
    );
    const { plan, notes } = read(text, { messages: ['Order'] });
    expect(notes).toEqual([expect.stringContaining('1 of 2 HTTP requests')]);
    expect([carriesIdentity(plan), usesTokens(plan), tokenHeaders(plan)]).toEqual([true, true, ['qbl-id']]);
    expect(findPlacesOf(plan)).toHaveLength(1);
  });

  it('knows the URL of a request as the file writes it, with the parameters of its query', () => {
    const path = { 'HTTPSampler.domain': '${host}', 'HTTPSampler.path': 'a' };
    const parameter =
      '<elementProp name="HTTPsampler.Arguments" elementType="Arguments"><collectionProp name="Arguments.arguments"><elementProp name="" elementType="HTTPArgument"><stringProp name="Argument.name">key</stringProp><stringProp name="Argument.value">a&amp;b=${c} d</stringProp></elementProp></collectionProp></elementProp>';
    const asked = get('Ask', path).replace(
      /<elementProp name="HTTPsampler.*?<\/elementProp><\/collectionProp><\/elementProp>/s,
      parameter,
    );
    const full = get('Full', { 'HTTPSampler.path': 'https://h/x' });
    const { plan } = read(jmx(threadGroup({ under: [asked, full] })));
    expect(plan.threadGroups[0]?.requests.map(({ url }) => url)).toEqual([
      'http://${host}:3000/a?key=a%26b%3D${c}%20d',
      expect.stringMatching(/^https:\/\/h\/x/),
    ]);
  });

  it('is refused without an HTTP request, with too many groups, and if it is not a .jmx file', () => {
    expect(() => read(jmx(inGroup('ThreadGroup', 'Empty')))).toThrow('some/shop.jmx has no HTTP request');
    const groups = Array.from({ length: 101 }, () => threadGroup());
    expect(() => read(jmx(...groups))).toThrow('has 101 enabled thread groups');
    expect(() => read('<a/>')).toThrow('this is not a .jmx');
  });

  it('is refused if a sample variable has the name of a column of the samples file', () => {
    const withVariables = (sample_variables: string) => () =>
      read(jmx(threadGroup()), { properties: { sample_variables } });
    expect(withVariables('user,label')).toThrow('the samples file has a column "label" of its own');
    expect(withVariables('user, request')).toThrow('the samples file has a column "request" of its own');
    expect(withVariables('user,order')).not.toThrow();
  });
});
