import { describe, expect, it } from 'vitest';
import { literal } from './filled-text.ts';
import { textOf } from './run-time.ts';
import { AllThreadVariables, ThreadVariables } from './thread-variables.ts';

const scope = {
  variables: new ThreadVariables([
    ['name', 'Ana María'],
    ['key', 'name'],
  ]),
  mention: (name: string) => `<${name}>`,
};

describe('a text at run time', () => {
  it.each([
    ['literals and variables', [{ literal: 'a ' }, { variable: 'name' }], 'a Ana María'],
    ['an undefined variable', [{ variable: 'none' }], '${none}'],
    ['a variable of the templates', [{ mention: 'thread' }], '<thread>'],
    ['a call', [{ call: '__V', parameters: [[{ variable: 'key' }]] }], 'Ana María'],
    ['a call with a default', [{ call: '__V', parameters: [literal('none'), literal('d')] }], 'd'],
    ['an encoded text', [{ change: 'formEncoded', text: [{ variable: 'name' }] } as const], 'Ana+Mar%C3%ADa'],
    ['a decoded text', [{ change: 'formDecoded', text: literal('a+b%20c') } as const], 'a b c'],
  ])('has %s', (_, text, value) => {
    expect(textOf(text, scope)).toBe(value);
  });

  it('has no value if JMeter sends nothing', () => {
    expect(() => textOf([{ change: 'formDecoded', text: literal('100%') }], scope)).toThrow(
      'Incomplete trailing escape',
    );
  });
});

it('starts each thread with variables of its own', () => {
  const threads = new AllThreadVariables(
    { a: literal('1'), id: [{ literal: 'r-' }, { mention: 'run' }] },
    'x',
  );
  threads.of(1, 1).set('a', '2');
  expect([threads.of(1, 1).get('a'), threads.of(1, 2).get('a'), threads.of(2, 1).get('id')]).toEqual([
    '2',
    '1',
    'r-x',
  ]);
});
