import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { type ElementState, elementStates } from './registry.ts';
import { planOf } from './testing/imported.ts';
import { jmx, jmxElement, sampler, threadGroup } from './testing/jmx.ts';
import { refusalsOf } from './testing/refusals.ts';

const JMX_PAGE = new URL('../../../docs/jmx.md', import.meta.url);

it('docs/jmx.md lists each element with the state that the import gives it', async () => {
  const [, section = ''] = /## Elements\n(.*?)\n## /s.exec(await readFile(JMX_PAGE, 'utf8')) ?? [];
  const listed = [...section.matchAll(/^\| .* \| (.*) \| (runs|changes nothing|refused) \|$/gm)].flatMap(
    ([, names = '', state = '']) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => [name, state] as const),
  );
  expect(listed.toSorted()).toEqual([...elementStates()].toSorted());
});

const namesIn = (wanted: ElementState): string[] =>
  [...elementStates()].filter(([, state]) => state === wanted).map(([name]) => name);

/** Returns an element as JMeter saves it: an element that the list names by its GUI class is a ConfigTestElement. */
function elementOf(name: string): string {
  if (!name.endsWith('Gui')) return jmxElement(name, `The ${name}`, '');
  return jmxElement('ConfigTestElement', `The ${name}`, '', { attributes: `guiclass="${name}"` });
}

const REFUSED_REQUEST = 'HTTPSampler';

it.each(namesIn('refused').filter((name) => name !== REFUSED_REQUEST))('refuses %s', (name) => {
  const type = name.endsWith('Gui') ? 'ConfigTestElement' : name;
  const refusal = (path: string) => [`${path} › The ${name}: ${type} is not supported here`];
  expect(refusalsOf(jmx(threadGroup(), elementOf(name)))).toEqual(refusal('Test Plan'));
  expect(refusalsOf(jmx(threadGroup({ under: [sampler(), elementOf(name)] })))).toEqual(
    refusal('Test Plan › Users'),
  );
});

it('refuses a request that JMeter sends with the HTTP client of Java, and reads the request', () => {
  const old = sampler({ properties: { 'HTTPSampler.path': '/a|b' } }).replaceAll(
    'HTTPSamplerProxy',
    REFUSED_REQUEST,
  );
  expect(refusalsOf(jmx(threadGroup({ under: [old] })))).toEqual([
    'Test Plan › Users › Send: HTTPSampler is not supported here: JMeter sends it with the HTTP client of Java, expected HTTPSamplerProxy',
    'Test Plan › Users › Send: HTTPSampler.path: | in "/a|b" is not supported: write %7C',
  ]);
});

it('reads an HTTPSampler2 like an HTTPSamplerProxy', () => {
  const plan = jmx(threadGroup());
  expect(planOf(plan.replaceAll('HTTPSamplerProxy', 'HTTPSampler2'))).toEqual(planOf(plan));
});

it('reads only the parameters of a GraphQL request', () => {
  const properties = {
    'GraphQLHTTPSampler.operationName': 'Get',
    'GraphQLHTTPSampler.query': 'query Get {a}',
    'GraphQLHTTPSampler.variables': '{}',
  };
  const request = sampler({ properties }).replace(/guiclass="\w+"/, 'guiclass="GraphQLHTTPSamplerGui"');
  expect(planOf(jmx(threadGroup({ under: [request] })))).toEqual(planOf(jmx(threadGroup())));
});

it.each(namesIn('changes nothing'))('leaves out %s', (name) => {
  const plain = planOf(jmx(threadGroup()));
  const inPlan = jmx(elementOf(name), threadGroup());
  const inGroup = jmx(threadGroup({ under: [elementOf(name), sampler()] }));
  const beside = jmx(threadGroup()).replace('<hashTree><TestPlan', `<hashTree>${elementOf(name)}<TestPlan`);
  const places = new Map([
    ['DebugSampler', inGroup],
    ['WorkBench', beside],
  ]);
  expect(planOf(places.get(name) ?? inPlan)).toEqual(plain);
});
