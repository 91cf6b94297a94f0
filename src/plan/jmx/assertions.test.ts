import { describe, expect, it } from 'vitest';
import type { Assertion } from '../../samples/assertions/assertion.ts';
import { requestOf } from './testing/imported.ts';
import { jmx, jmxElement, props, sampler, threadGroup, variables } from './testing/jmx.ts';
import { inRequest, refusalsOf } from './testing/refusals.ts';

type Properties = Readonly<Record<string, string | number | boolean>>;

function response(pattern: string, properties: Properties = {}): string {
  const patterns = `<collectionProp name="Asserion.test_strings"><stringProp name="1">${pattern}</stringProp></collectionProp>`;
  const all = { 'Assertion.test_field': 'Assertion.response_data', 'Assertion.test_type': 16, ...properties };
  return jmxElement('ResponseAssertion', `Has ${pattern}`, patterns + props(all));
}

const duration = (value: string) =>
  jmxElement('DurationAssertion', 'Fast', props({ 'DurationAssertion.duration': value }));
const size = (properties: Properties) => jmxElement('SizeAssertion', 'Size', props(properties));
const json = (properties: Properties) => jmxElement('JSONPathAssertion', 'JSON', props(properties));

function assertionsOf(...under: string[]): readonly Assertion[] | undefined {
  return requestOf(jmx(threadGroup({ under: [sampler({ under })] }))).assertions;
}

describe('assertions', () => {
  it('apply to all requests in scope, the outer ones first', () => {
    const group = threadGroup({ under: [response('group'), sampler({ under: [response('request')] })] });
    const { assertions = [] } = requestOf(jmx(group, response('plan'), duration('100')));
    expect(assertions.map((each) => ('patterns' in each ? each.patterns[0] : each.kind))).toEqual([
      'plan',
      'duration',
      'group',
      'request',
    ]);
  });

  it('are absent if the request has none, or only assertions on samples that qbl does not have', () => {
    expect(assertionsOf()).toBeUndefined();
    expect(assertionsOf(response('a', { 'Assertion.scope': 'children' }))).toBeUndefined();
    expect(assertionsOf(response('a', { 'Assertion.scope': 'all' }))).toHaveLength(1);
  });

  it('have the values of variables and properties', () => {
    const text = jmx(
      variables({ word: 'done' }),
      threadGroup({
        under: [sampler({ under: [response('${word} ${__P(code)}'), duration('${__P(ms)}')] })],
      }),
    );
    expect(requestOf(text, { code: '7', ms: '250' }).assertions).toEqual([
      expect.objectContaining({ patterns: ['done 7'] }),
      { kind: 'duration', mostMs: 250 },
    ]);
  });

  it('are read with the defaults of JMeter', () => {
    expect(
      assertionsOf(
        jmxElement('ResponseAssertion', 'R', ''),
        duration('soon'),
        size({ 'SizeAssertion.size': 5, 'SizeAssertion.operator': 4 }),
        json({ JSON_PATH: '$.a', JSONVALIDATION: true }),
      ),
    ).toEqual([
      { kind: 'response', field: 'URL', testType: 2, patterns: [], assumesSuccess: false, message: '' },
      { kind: 'duration', mostMs: 0 },
      { kind: 'size', measured: 'response', operator: '<', size: 5 },
      {
        kind: 'json',
        path: '$.a',
        expected: { acceptsNull: false, isRegex: true },
        isInverted: false,
        text: '',
      },
    ]);
  });
});

it('a sampler without a request has no assertion, because a failed assertion could end the thread', () => {
  const group = threadGroup({ under: [jmxElement('DebugSampler', 'Debug', ''), sampler()] });
  expect(refusalsOf(jmx(group, response('a')))).toEqual([
    'Test Plan › Users › Debug: DebugSampler with an assertion is not supported: expected no assertion in the scope of the element',
  ]);
});

describe('refuses an assertion', () => {
  const refused = (element: string) => inRequest(element).map((line) => line.replace(/^.*?: /, ''));

  it.each([
    [
      response('a', { 'Assertion.test_field': 'Assertion.response_data_as_document' }),
      'Assertion.test_field=Assertion.response_data_as_document is not supported',
    ],
    [response('a', { 'Assertion.scope': 'variable' }), 'Assertion.scope=variable is not supported'],
    [response('a', { 'Assertion.test_type': 'x' }), 'Assertion.test_type: expected a whole number, not "x"'],
    [response('(', { 'Assertion.test_type': 2 }), 'a group has no closing parenthesis'],
    [
      response('${__UUID()}'),
      'Asserion.test_strings: expected a constant, but ${uuid} is filled in for each message',
    ],
    [
      response('${nothing}'),
      'Asserion.test_strings: expected a constant, but ${nothing} is filled in for each message',
    ],
    [response('a', { 'Assertion.other': 1 }), 'Assertion.other=1 is not supported'],
    [size({ 'SizeAssertion.operator': 1 }), 'SizeAssertion.size: expected a whole number, not ""'],
    [size({ 'SizeAssertion.size': 1 }), 'SizeAssertion.operator: expected a number from 1 to 6, not ""'],
    [json({ JSON_PATH: '$..*' }), 'the path is not supported at "*"'],
  ])('%s', (element, message) => {
    expect(refused(element)).toEqual([message]);
  });
});
