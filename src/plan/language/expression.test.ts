import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate, type Scope } from './evaluate.ts';
import { type Expression, ExpressionError, parseProperty } from './expression.ts';
import { constantOf, type FilledText, templateOf } from './filled-text.ts';

const scope: Scope = {
  properties: { host: 'h', empty: '', 'a,b': 'comma', 'time.HMS': 'HH' },
  variable: (name) => (name === 'x' ? [{ literal: 'X' }] : null),
  message: { uuid: () => 'uuid', counter: () => 'count' },
};

const template = (text: string, of: Scope = scope) => templateOf(evaluate(parseProperty(text), of), asName);

/** Returns a name that shows the text. */
function asName(text: FilledText): string {
  return JSON.stringify(text);
}

/** Writes an expression in JMeter's language. */
function written(expression: Expression, within = false): string {
  return expression
    .map((piece) => {
      if (piece.kind === 'text') return piece.text.replace(within ? /[$,\\]/g : /[$\\]/g, '\\$&');
      if (piece.kind === 'variable') return `\${${piece.name}}`;
      return `\${${piece.name}(${piece.parameters.map((each) => written(each, true)).join(',')})}`;
    })
    .join('');
}

/** Texts without braces and parentheses, because braces and parentheses cannot be escaped inside parameters. */
const text = fc.stringMatching(/^[a-z$,\\" :]{1,12}$/).map((each) => ({ kind: 'text' as const, text: each }));
const variable = fc.stringMatching(/^[a-z][\w.-]{0,5}$/).map((name) => ({ kind: 'variable' as const, name }));
const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc
    .array(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        text,
        variable,
        fc
          .tuple(
            fc.stringMatching(/^__[a-zA-Z]{1,6}$/),
            fc.array(tie('expression') as fc.Arbitrary<Expression>, { minLength: 1, maxLength: 3 }),
          )
          .map(([name, parameters]) => ({ kind: 'call' as const, name, parameters })),
      ),
      { minLength: 1, maxLength: 4, depthIdentifier: 'expression' },
    )
    .map((pieces) => pieces.filter((piece, i) => piece.kind !== 'text' || pieces[i - 1]?.kind !== 'text')),
}));

describe('an expression', () => {
  it('an expression with nested functions is read exactly as it is written', () => {
    fc.assert(
      fc.property(expression, (pieces) => {
        fc.pre(pieces.some(({ kind }) => kind !== 'text'));
        expect(parseProperty(written(pieces))).toEqual(pieces);
      }),
      { numRuns: 2000 },
    );
  });

  it('never fails with another error than ExpressionError, and fails quickly', () => {
    const nasty = fc.array(fc.constantFrom('${', '}', '(', ')', ',', '\\', '$', '{', '__P', '__x', 'a'), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(nasty, (pieces) => {
        try {
          parseProperty(pieces.join(''));
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      }),
      { numRuns: 2000 },
    );
    expect(() => parseProperty('${__P('.repeat(100_000))).toThrow(ExpressionError);
    expect(() => parseProperty(`${'${__P('.repeat(30)}${')}'.repeat(30)}`)).toThrow(/nested deeper/);
  });

  it.each([
    ['text without a variable keeps its backslashes', 'C:\\\\dir\\$,', 'C:\\\\dir\\$,'],
    ['backslashes are escapes in text with a variable', '${x}C:\\\\dir\\n\\,', 'XC:\\dir\\n,'],
    ['a backslash at the end of text with a variable', '${x}\\', 'X\\'],
    ['a property', '${__P(host)}', 'h'],
    ['a default', '${__P(none,7)} ${__property(none,,8)}', '7 8'],
    ['spaces around a default, which JMeter trims', '[${__P(none, 7 )}]', '[7]'],
    ['no default', '${__P(none)} ${__property(none)}', '1 none'],
    ['an empty property', '[${__P(empty,7)}]', '[]'],
    ['an escaped comma', '${__P(a\\,b)}', 'comma'],
    ['a function in a default', '${__P(none,${__P(host,x)})}', 'h'],
    ['an unused default is not evaluated', '${__P(host,${__time(yyyy)})}', 'h'],
    ['two dollars', '$${x}', '$X'],
    [
      'values that change from message to message',
      '${__threadNum} ${__time()} ${__time} ${__UUID()} ${__counter(TRUE)} ${__counter(FALSE,)}',
      '${thread} ${now} ${now} ${uuid} ${loop} ${count}',
    ],
    ['the ID of the run', '${__P(run,by hand)}', '${run}'],
    ['a character by its number', '${__char(65)}${__char(0x42)}', 'AB'],
    ['a variable of the thread', 'a${y}', 'a${[{"variable":"y"}]}'],
    [
      'a function with a variable of the thread',
      '${__V(a${x}${y})}',
      '${[{"call":"__V","parameters":[[{"literal":"aX"},{"variable":"y"}]]}]}',
    ],
    ['a text that is evaluated again', '${__eval(a\\${x}${__P(host)})}', 'aXh'],
    ['functions of constants', '${__urlencode(${x}=)}${__base64Encode(u:p)}${__strLen(abc)}', 'X%3DdTpw3'],
    [
      'a function that stores its value',
      '${__changeCase(a,UPPER,v)}',
      '${[{"call":"__changeCase","parameters":[[{"literal":"a"}],[{"literal":"UPPER"}],[{"literal":"v"}]]}]}',
    ],
    ['characters that begin a variable', '${x} \\${y}', 'X ${[{"literal":"${"}]}y}'],
    ['such characters from a function', '${__char(36)}{y}', '${[{"literal":"${"}]}y}'],
  ])('means the same as in JMeter: %s', (_, from, to) => {
    expect(template(from)).toBe(to);
  });

  it.each([
    ['${START.MS}', '${START.MS}, which JMeter sets, is not supported'],
    ['${__groovy(1)}', 'the function __groovy is not supported'],
    ['${__V()}', '__V: expected 1 to 2 parameters, not 0'],
    ['${__property(a,v,b)}', 'a property that is stored in a variable is not supported'],
    ['${__UUID(1)}', '__UUID: expected 0 parameters, not 1'],
    ['${__char}', '__char: expected at least 1 parameters, not 0'],
    ['${__Random(1,9,v${x})}', '__Random: expected the name of a variable without variables or functions'],
    ['${__Random(1,x)}', '__Random: expected a whole number, not "x"'],
    ['${__Random(2,1)}', '__Random: expected a maximum from 2'],
    ['${__time(yyyy-ww)}', '__time: the letter w in the date pattern "yyyy-ww" is not supported'],
    ['${__time(HMS)}', '__time: the property time.HMS is not supported'],
    ['${__time(${y})}', '__time: expected a constant as parameter 1'],
    ['${__timeShift(yyyy,,P1D)}', '__timeShift: expected 4 to 5 parameters, not 3'],
    ['${__timeShift(uuuu,${y},P1D,)}', 'a date with the letter u in its pattern cannot be shifted'],
    ['${__timeShift(MMM,,P1D,fr,)}', 'names of months or days with the locale fr are not supported'],
    ['${__dateTimeConvert(${y},HH,dd)}', 'expected a source pattern with year, month and day'],
    ['${__digest(MD2,${y})}', '__digest: the digest algorithm "MD2" is not supported'],
    ['${__FileToString(/none/such)}', '__FileToString: cannot read the file "/none/such"'],
    ['${__StringFromFile(a,b,1,2)}', 'a sequence of files is not supported'],
    ['${__eval(${y})}', 'expected a text that stays the same during the test'],
    ['${__evalVar(y)}', 'expected a text that stays the same during the test'],
    ['${x', 'no closing brace'],
    ['${__P(x', 'no closing parenthesis'],
    ['${__P(x)y}', 'expected }'],
  ])('is refused if it has a mistake: %s', (from, message) => {
    expect(() => template(from)).toThrow(message);
  });

  it('cannot use values of a message if JMeter evaluates it once', () => {
    const once = { ...scope, message: null };
    expect(template('${__UUID()}', once)).toMatch(/^[0-9a-f-]{36}$/);
    expect(template('${__time()}', once)).toMatch(/^\d{13}$/);
    expect(() => template('${__threadNum}', once)).toThrow('outside a thread');
    expect(() => template('${__Random(1,2)}', once)).toThrow('called for each message');
    expect(() => constantOf(evaluate(parseProperty('${__P(run)}'), once))).toThrow('constant');
  });
});
