import { describe, expect, it } from 'vitest';
import { planOf, requestOf } from './testing/imported.ts';
import { counter, jmx, jmxElement, props, sampler, threadGroup, variables } from './testing/jmx.ts';
import { inRequest } from './testing/refusals.ts';

type Values = Readonly<Record<string, string | number | boolean>>;

function element(type: string, values: Values): string {
  const entries = Object.entries(values).map(([name, value]) => [
    name.includes('.') ? name : `${type}.${name}`,
    value,
  ]);
  return jmxElement(type, type, props(Object.fromEntries(entries)));
}

const json = (values: Values = {}) =>
  element('JSONPostProcessor', {
    referenceNames: 'id',
    jsonPathExprs: '$.id',
    defaultValues: 'none',
    match_numbers: '',
    ...values,
  });
const regex = (values: Values = {}) =>
  element('RegexExtractor', { refname: 'x', regex: '(a)', template: '$1$', match_number: 1, ...values });

describe('the extractors of a .jmx file', () => {
  it('are read, the outer ones first', () => {
    const text = jmx(threadGroup({ under: [regex(), sampler({ under: [json()] })] }));
    expect(requestOf(text).extractors).toEqual([
      {
        kind: 'regex',
        name: 'x',
        field: 'body',
        regex: '(a)',
        template: '$1$',
        match: 1,
        standard: null,
        readsRedirects: false,
      },
      {
        kind: 'json',
        name: 'id',
        path: '$.id',
        match: 0,
        standard: 'none',
        joins: false,
        readsRedirects: false,
      },
    ]);
  });

  it('set several variables', () => {
    const extractors = requestOf(
      jmx(
        threadGroup({
          under: [
            sampler({
              under: [
                json({
                  referenceNames: 'a; b',
                  jsonPathExprs: '$.a;$.b ',
                  defaultValues: '1;2',
                  match_numbers: '-1',
                  'Sample.scope': 'all',
                }),
              ],
            }),
          ],
        }),
      ),
    ).extractors;
    expect(extractors).toMatchObject([
      { name: 'a', path: '$.a', standard: '1', match: -1, readsRedirects: true },
      { name: 'b', path: '$.b', standard: '2', match: 0, readsRedirects: true },
    ]);
  });

  it('set variables that are looked up for each message', () => {
    const send = sampler({ body: '{"a": "${x}", "b": "${x_g1}", "c": "${other}"}', under: [regex()] });
    const plan = planOf(
      jmx(variables({ x: 'udv', x_g1: 'udv', other: 'udv' }), threadGroup({ under: [send] })),
    );
    expect(plan.threadGroups[0]?.requests[0]?.body).toBe('{"a": "${text}", "b": "${text2}", "c": "udv"}');
    expect(plan.threadVariables?.['x']).toEqual([{ literal: 'udv' }]);
  });

  it.each([
    [json({ referenceNames: 'a;b' }), 'expected equally many names, paths and default values'],
    [json({ match_numbers: 'one' }), 'expected whole numbers, not "one"'],
    [json({ match_numbers: '1;2' }), 'expected at most 1 numbers, not 2'],
    [json({ jsonPathExprs: '$.length()' }), 'the path is not supported at "()"'],
    [json({ 'Sample.scope': 'variable' }), 'Sample.scope=variable is not supported'],
    [json({ jsonPathExprs: '$.${id}' }), 'expected a constant, but ${id} is filled in for each message'],
    [regex({ regex: '(a*)*' }), 'x: a repeated group that can match an empty text is not supported here'],
    [regex({ useHeaders: 'as_document' }), 'RegexExtractor.useHeaders=as_document is not supported'],
    [regex({ useHeaders: 'request_headers' }), 'RegexExtractor.useHeaders=request_headers is not supported'],
    [element('BoundaryExtractor', { lboundary: 'a' }), 'BoundaryExtractor.refname: expected the name'],
  ])('are refused if qbl cannot run them', (extractor, message) => {
    expect(inRequest(extractor).join('\n')).toContain(message);
  });

  it('are refused if a counter sets their variable', () => {
    expect(inRequest(regex(), counter({ name: 'x_1', start: 1 })).join('\n')).toContain(
      'x_1: a counter or User Parameters set this variable too: expected another name',
    );
  });

  it('are refused in the scope of a sampler that sends nothing', () => {
    const debug = jmxElement('DebugSampler', 'Debug', '');
    const text = jmx(threadGroup({ under: [regex(), debug, sampler()] }));
    expect(() => planOf(text)).toThrow('DebugSampler with an extractor is not supported');
  });
});
