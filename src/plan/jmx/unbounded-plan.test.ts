import { describe, expect, it } from 'vitest';
import { jmx, jmxElement, sampler, threadGroup, variables } from './testing/jmx.ts';
import { refusalsOf } from './testing/refusals.ts';

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
