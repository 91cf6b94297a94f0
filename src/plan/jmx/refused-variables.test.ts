import { describe, expect, it } from 'vitest';
import { counter, headerManager, jmx, jmxElement, sampler, threadGroup, variables } from './testing/jmx.ts';
import { inGroup, refusalsOf } from './testing/refusals.ts';

const part = (...under: string[]) => jmxElement('GenericController', 'Part', '', { under });
const debug = jmxElement('DebugSampler', 'D', '');

function userParameters(name: string, value = 'x'): string {
  const text = (of: string) => `<stringProp>${of}</stringProp>`;
  return jmxElement(
    'UserParameters',
    'Parameters',
    `<collectionProp name="UserParameters.names">${text(name)}</collectionProp><collectionProp name="UserParameters.thread_values"><collectionProp name="1">${text(value)}</collectionProp></collectionProp>`,
  );
}

const inNextLoopGroup = (...under: string[]) =>
  refusalsOf(jmx(threadGroup({ properties: { 'ThreadGroup.on_sample_error': 'startnextloop' }, under })));

describe('a counter whose variable another element sets is refused:', () => {
  const n = counter({ name: 'n' });
  const message = (element: string, other: string) =>
    `Test Plan › Users › ${element}: n: the element "Test Plan › Users › ${other}" sets this variable too: expected another name`;

  it('two counters at one place, or under two requests', () => {
    expect(inGroup(n, n)).toEqual([message('Counter', 'Counter'), message('Counter', 'Counter')]);
    expect(inGroup(sampler({ name: 'A', under: [n] }), sampler({ name: 'B', under: [n] }))).toEqual([
      message('A › Counter', 'B › Counter'),
      message('B › Counter', 'A › Counter'),
    ]);
  });

  it('a counter under a request, and User Parameters under another one', () => {
    const under = [
      sampler({ name: 'A', under: [n] }),
      part(sampler({ name: 'B', under: [userParameters('n')] })),
    ];
    expect(inGroup(...under)).toEqual([message('A › Counter', 'Part › B › Parameters')]);
  });

  it('a counter of the test plan, and a counter of a thread group', () => {
    expect(refusalsOf(jmx(n, threadGroup({ under: [n, sampler()] })))).toHaveLength(2);
    const groups = [
      threadGroup({ under: [n, sampler()] }),
      threadGroup({ name: 'B', under: [n, sampler()] }),
    ];
    expect(refusalsOf(jmx(...groups))).toEqual([]);
  });

  it('a name that a property gives', () => {
    expect(inGroup(n, sampler({ name: 'A', under: [counter({ name: '${__P(p,n)}' })] }))).toHaveLength(2);
    const defined = (...under: string[]) =>
      refusalsOf(jmx(variables({ '${__P(p,n)}': '1' }), threadGroup({ under: [sampler(), ...under] })));
    const known = 'n: the variable has a value already: expected another name';
    expect(defined(part(n))).toEqual([`Test Plan › Users › Part › Counter: ${known}`]);
    expect(defined(part(counter({ name: '${__P(p,n)}' })))).toEqual([
      `Test Plan › Users › Part › Counter: ${known}`,
    ]);
    expect(defined(part(userParameters('${__P(p,n)}')))).toEqual([
      `Test Plan › Users › Part › Parameters: ${known}`,
    ]);
  });

  it('but not User Parameters of two requests', () => {
    const of = (name: string) =>
      sampler({ name, body: '{"n": "${n}"}', under: [userParameters('${__P(p,n)}')] });
    expect(inGroup(of('A'), of('B'))).toEqual([]);
  });
});

it.each([
  ['${__Random(1,9,other)}', 'a function that stores its value in a variable is not supported'],
  ['${__split(a,other)}', 'a function that stores its value in a variable is not supported'],
])('refuses User Parameters with a function that sets another variable: %s', (value, message) => {
  expect(inGroup(userParameters('n', value))).toEqual([`Test Plan › Users › Parameters: ${message}`]);
});

describe('the function __counter is refused', () => {
  const value = '${__counter(TRUE)}';
  const shared = '__counter: the function is not supported in an element for several samplers';

  it.each(['TRUE', 'FALSE'])('in an element that several samplers evaluate: %s', (kind) => {
    const parameters = userParameters('n', `\${__counter(${kind})}`);
    expect(inGroup(parameters)).toEqual([]);
    expect(inGroup(parameters, debug)).toEqual([`Test Plan › Users › Parameters: ${shared}`]);
    const headers = headerManager({ 'X-N': `\${__counter(${kind})}` });
    expect(inGroup(part(headers, sampler(), part(sampler())))).toEqual([
      `Test Plan › Users › Part › Headers: ${shared}`,
    ]);
    expect(inGroup(part(headers, sampler()))).toEqual([]);
  });

  it('and so is __StringFromFile in an element that several samplers evaluate', () => {
    const headers = headerManager({ 'X-Line': '${__StringFromFile(package.json)}' });
    expect(inGroup(headers)).toEqual([]);
    expect(inGroup(headers, debug)).toEqual([
      'Test Plan › Users › Headers: __StringFromFile: the function is not supported in an element for several samplers',
    ]);
  });

  it('in a request that a failed request before it leaves out', () => {
    const body = (kind: string) => `{"n": "\${__counter(${kind})}"}`;
    const skipped =
      '__counter: with on_sample_error=startnextloop, only the first request can have the function';
    const [first, later] = [sampler({ body: body('TRUE') }), sampler({ name: 'B', body: body('TRUE') })];
    expect(inGroup(first, later)).toEqual([]);
    expect(inNextLoopGroup(debug, first, sampler({ name: 'B', body: body('FALSE') }))).toEqual([]);
    expect(inNextLoopGroup(first, later)).toEqual([`Test Plan › Users › B: ${skipped}`]);
    expect(inNextLoopGroup(first, part(userParameters('n', value), sampler()))).toEqual([
      `Test Plan › Users › Part › Parameters: ${skipped}`,
    ]);
  });
});

it('refuses a counter at any depth of a controller if a failed request can leave out the controller', () => {
  const message = 'a counter in a controller is not supported with on_sample_error=startnextloop';
  const deep = part(sampler({ name: 'B', under: [counter({ name: 'n' })] }));
  expect(inNextLoopGroup(sampler(), deep)).toEqual([`Test Plan › Users › Part › B › Counter: ${message}`]);
  expect(inNextLoopGroup(sampler(), sampler({ name: 'B', under: [counter({ name: 'n' })] }))).toEqual([]);
});

it.each([
  ['${__V(n)}', '__V: the variable n of a Counter or of User Parameters is not supported here'],
  [
    '${__isVarDefined(${late})}',
    '__isVarDefined: expected the name of a variable, because a Counter or User Parameters set variables too',
  ],
  ['${__Random(1,9,n)}${n}', '${n} is not supported, because several elements set it'],
])('a function that reads or sets the variable of a counter is refused: %s', (text, message) => {
  expect(inGroup(counter({ name: 'n' }), sampler({ body: text }))).toEqual([
    `Test Plan › Users › Send: body: ${message}`,
  ]);
});
