import { describe, expect, it } from 'vitest';
import { ThreadVariables } from '../../plan/language/thread-variables.ts';
import { unknownText } from '../assertions/check.ts';
import { extractionOf } from './extraction.ts';
import { ExtractionError } from './extraction-error.ts';
import type { BoundaryExtractor, Extractor, JsonExtractor, RegexExtractor } from './extractor.ts';

const each = { name: 'x', match: 1, readsRedirects: false } as const;
const json = (more: Partial<JsonExtractor> = {}): JsonExtractor => ({
  ...{ kind: 'json', ...each, path: '$.a', standard: 'none', joins: false },
  ...more,
});
const regex = (more: Partial<RegexExtractor> = {}): RegexExtractor => ({
  ...{ kind: 'regex', ...each, field: 'body', regex: '<(.)>', template: '$1$', standard: null },
  ...more,
});
const boundary = (more: Partial<BoundaryExtractor> = {}): BoundaryExtractor => ({
  ...{ kind: 'boundary', ...each, field: 'body', left: '<', right: '>', standard: null },
  ...more,
});

/** Returns the variables after an extractor has read these bodies, one sample after the other. */
function extracted(extractor: Extractor, bodies: readonly string[], before: Record<string, string> = {}) {
  const variables = new ThreadVariables(Object.entries(before));
  const extraction = extractionOf([extractor]);
  for (const body of bodies) extraction.run([{ text: () => body }], variables);
  const names = ['x', 'x_g', 'x_g0', 'x_g1', 'x_g2', 'x_matchNr', 'x_1', 'x_1_g1', 'x_2', 'x_2_g1', 'x_ALL'];
  return Object.fromEntries(
    names.flatMap((name) => (variables.has(name) ? [[name, variables.get(name)]] : [])),
  );
}

describe('a JSON Extractor', () => {
  it('removes the matches of the sample before', () => {
    const extractor = json({ path: '$[*]', match: -1, joins: true });
    expect(extracted(extractor, ['[1,2]', '[3]'])).toEqual({ x_1: '3', x_matchNr: '1', x_ALL: '3' });
  });

  it('sets no number of matches if the body is not JSON', () => {
    expect(extracted(json(), ['{"a":1}', '{'])).toEqual({ x: 'none' });
    expect(extracted(json(), ['{"b":1}'])).toEqual({ x: 'none', x_matchNr: '0' });
  });

  it('chooses one of several values at random for the number 0', () => {
    const { x } = extracted(json({ path: '$[*]', match: 0 }), ['["p","q"]']);
    expect(['p', 'q']).toContain(x);
  });
});

describe('a Regular Expression Extractor', () => {
  it('keeps the value if nothing matches and there is no default', () => {
    expect(extracted(regex(), ['<a>', 'b'])).toEqual({ x: 'a' });
    expect(extracted(regex({ standard: '' }), ['<a>', 'b'])).toEqual({ x: '' });
  });

  it('removes the matches of the sample before', () => {
    expect(extracted(regex({ match: -1 }), ['<a><b>', '<c>'])).toEqual({
      x_matchNr: '1',
      x_1: 'c',
      x_1_g1: 'c',
    });
  });

  it('writes a group without a part in the match as null', () => {
    expect(extracted(regex({ regex: '(a)|(b)', template: '$1$-$2$-$7$' }), ['b'])['x']).toBe('null-b-null');
  });

  it('reads the body with its HTML escapes replaced', () => {
    expect(extracted(regex({ field: 'unescaped body' }), ['&lt;&eacute;&gt;'])['x']).toBe('é');
  });

  it('stops at an expression that needs too many steps', () => {
    let [seed, bits] = [1, ''];
    while (bits.length < 300_000) {
      seed = (seed * 48_271) % 0x7fffffff;
      bits += seed.toString(2);
    }
    expect(() => extracted(regex({ regex: '[01]*1[01]{200}x' }), [bits])).toThrow('x needs too many steps');
  });
});

describe('a Boundary Extractor', () => {
  it('finds matches that overlap', () => {
    expect(extracted(boundary({ match: -1 }), ['<a<b>'])).toEqual({ x_matchNr: '2', x_1: 'a<b', x_2: 'b' });
  });

  it('reads many boundaries in linear time', () => {
    expect(extracted(boundary({ match: -1 }), [`${'<'.repeat(100_000)}>`])['x_matchNr']).toBe('100000');
  });

  it.each([
    [{ left: '' }, 'a'],
    [{ right: '' }, 'b'],
    [{ left: '', right: '' }, 'a><b'],
  ])('takes an empty boundary for the start or the end: %o', (more, x) => {
    expect(extracted(boundary(more), ['a><b'])['x']).toBe(x);
  });
});

it('reads the responses of redirects only if the extractor asks for them', () => {
  const responses = ['<last>', '<first>', '<last>'].map((text) => ({ text: () => text }));
  const matches = (readsRedirects: boolean) => {
    const variables = new ThreadVariables();
    extractionOf([regex({ regex: '<(\\w+)>', match: -1, readsRedirects })]).run(responses, variables);
    return variables.get('x_matchNr');
  };
  expect([matches(false), matches(true)]).toEqual(['1', '3']);
});

it('cannot read a text that is not known', () => {
  const run = () => extractionOf([regex()]).run([{ text: () => unknownText('why') }], new ThreadVariables());
  expect(run).toThrow('why');
});

it('cannot read an escape for which Java throws an exception', () => {
  const run = () => extracted(regex({ field: 'unescaped body' }), ['<&#1114112;>']);
  expect(run).toThrow(new ExtractionError('&#1114112; is not a character'));
});
