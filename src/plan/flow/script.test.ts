import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExpressionError } from '../language/expression.ts';
import { isTrueScript } from './script.ts';

it.each([
  ['"a" == "a"', true],
  ['"a" != \'a\'', false],
  ['12 % 4 === 0', true],
  ['"10" == 10 && "10" !== 10', true],
  ['"10" < "9"', true],
  ['10 < "9"', false],
  ['(1 + 2) * 3 == 9 || nothing', true],
  ['nothing || true', false],
  ['!false', true],
  ['"true"', true],
  ['1', false],
  ['', false],
  ['${x} == 1', false],
  ['"a" == "b" "c"', false],
  ['1 ==', false],
  ['(1 == 1', false],
])('takes %s for %s', (script, expected) => {
  expect(isTrueScript(script)).toBe(expected);
});

it.each([
  'a.b == 1',
  'f(1)',
  'x = 1',
  '/a/.test("a")',
  '1 == 1 ? true : false',
  '010 == 8',
  '"a\\n" == "b"',
  'Math == 1',
  'typeof x == "undefined"',
  '1 == 1;',
  '1 == 1 // yes',
  '1 & 1',
])('does not guess what JavaScript says of %s', (script) => {
  expect(() => isTrueScript(script)).toThrow(ExpressionError);
});

it('says what JavaScript says', () => {
  const part = fc.constantFrom(
    ...['1', '10', '0', '2.5', '""', '"1"', "'a'", '"10"', 'true', 'false', 'null', 'nothing'],
    ...['==', '!=', '===', '!==', '<', '>', '<=', '>=', '+', '-', '*', '/', '%', '&&', '||', '!', '(', ')'],
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 9 }), (parts) => {
      const script = parts.join(' ');
      const said = tried(() => isTrueScript(script));
      if (said !== null) expect(said).toBe(tried(() => String(runInNewContext(script)) === 'true') ?? false);
    }),
    { numRuns: 3000 },
  );
});

function tried(evaluate: () => boolean): boolean | null {
  try {
    return evaluate();
  } catch {
    return null;
  }
}

it('is refused with many operators, which would need a deep stack', () => {
  expect(() => isTrueScript('1||'.repeat(20_000) + '1')).toThrow('condition');
});
