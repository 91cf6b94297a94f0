import { expect, it } from 'vitest';
import { groupOf, planOf } from './testing/imported.ts';
import { counter, jmx, jmxElement, props, sampler, threadGroup, variables } from './testing/jmx.ts';
import { inGroup, refusalsOf } from './testing/refusals.ts';

type Values = Readonly<Record<string, string | number | boolean>>;
const csv = (values: Values = {}) =>
  jmxElement('CSVDataSet', 'Data', props({ filename: 'users.csv', variableNames: 'user', ...values }));
const random = (values: Values = {}) =>
  jmxElement(
    'RandomVariableConfig',
    'Random',
    props({ variableName: 'r', minimumValue: 1, maximumValue: 6, ...values }),
  );

it('reads the sources of a thread group, the last element of the file first', () => {
  const plan = jmx(
    csv({ filename: '${name}.csv', variableNames: 'a, b', recycle: true, shareMode: 'key' }),
    variables({ name: 'data' }),
    threadGroup({
      under: [
        csv({ delimiter: '\\t', stopThread: true }),
        sampler({ under: [random({ randomSeed: '+7' })] }),
      ],
    }),
  );
  expect(groupOf(plan).sources).toMatchObject([
    { kind: 'csv', file: 'data.csv', names: ['a', 'b'], recycles: true, sharing: { key: 'key' } },
    { kind: 'random', name: 'r', least: 1, range: 6, seed: '7', perThread: false },
    { kind: 'csv', file: 'users.csv', delimiter: '\t', stopsThread: true, sharing: 'all' },
  ]);
});

it("reads a number beyond Java's long as 0, as JMeter does", () => {
  const numbers = { minimumValue: '-9223372036854775809', randomSeed: '9223372036854775808' };
  const text = jmx(random(numbers), threadGroup({ under: [sampler()] }));
  expect(groupOf(text).sources).toMatchObject([{ least: 0, range: 7, seed: null }]);
});

it('looks up a variable that a source sets, also if the test plan defines it', () => {
  const text = jmx(
    variables({ user: 'nobody' }),
    csv(),
    threadGroup({ under: [sampler({ body: '${user}' })] }),
  );
  const plan = planOf(text);
  expect(plan.variables).toEqual([{ kind: 'text', name: 'text', text: [{ variable: 'user' }] }]);
  expect(plan.threadVariables).toEqual({ user: [{ literal: 'nobody' }] });
});

it.each([
  ['a file without a name', csv({ filename: ' ' }), 'Data: filename: expected the name of a file'],
  [
    'an encoding that qbl does not have',
    csv({ fileEncoding: 'UTF-16' }),
    'Data: fileEncoding=UTF-16: expected UTF-8, ISO-8859-1 or US-ASCII',
  ],
  [
    'a way of sharing in another language',
    csv({ shareMode: 'Alle Threads' }),
    'Data: shareMode: expected shareMode.all, shareMode.group, shareMode.thread or a key',
  ],
  [
    'a format that qbl does not write',
    random({ outputFormat: '0.0' }),
    'Random: outputFormat=0.0 is not supported',
  ],
  [
    'a number that JSON does not represent exactly',
    random({ maximumValue: '9000000000000000000' }),
    'Random: maximumValue: expected a number from -1000000000000000 to 1000000000000000, not 9000000000000000000',
  ],
  [
    'a counter of the same name',
    `${random()}${counter({ name: 'r' })}`,
    'Counter: r: a CSV Data Set or Random Variable sets this variable too: expected another name',
  ],
  [
    'another first line of the same file',
    `${csv()}${csv({ ignoreFirstLine: true })}`,
    'Data: filename: another CSV Data Set reads the file "users.csv" with another first line or encoding',
  ],
  [
    'a source in a controller',
    jmxElement('GenericController', 'Part', '', { under: [csv()] }),
    'Part › Data: CSVDataSet in a controller is not supported: expected it in the thread group',
  ],
])('refuses %s', (_, element, refusal) => {
  expect(inGroup(element)).toEqual([`Test Plan › Users › ${refusal}`]);
});

it('refuses names of a first line that it cannot read', () => {
  const [refusal] = refusalsOf(jmx(csv({ filename: 'none.csv', variableNames: '' }), threadGroup()));
  expect(refusal).toMatch(
    /^Test Plan › Data: variableNames: the first line has the names, but cannot read the file ".*none.csv"/,
  );
});
