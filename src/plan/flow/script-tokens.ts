import { ExpressionError } from '../language/expression.ts';

/** A part of a condition in JavaScript. */
export type Token =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'sign'; readonly sign: string };

/** A text that is no JavaScript. JMeter then takes the condition for false. */
export class NoScript extends Error {}

const SPACE = /[ \t\v\f\u00a0\ufeff]+/y;
const NUMBER = /(?:0|[1-9]\d*)(?:\.\d+)?(?![\w$.])/y;
const TEXT = /"[^"\\\r\n\u2028\u2029]*"|'[^'\\\r\n\u2028\u2029]*'/y;
const NAME = /[\p{ID_Start}$_][\p{ID_Continue}$]*/uy;
const SIGN = /===|!==|==|!=|<=|>=|&&|\|\||[<>!%*+/(){}[\]?:;,.=&|^~-]/y;
/** Signs that have another meaning if another character follows. */
const UNKNOWN_SIGN = /\/[/*=]|\+\+|--|\*\*|[%*+-]=|<<|>>|\?\?|=>|<!--/y;

/**
 * Splits a condition into its parts.
 * @throws ExpressionError if qbl cannot read a part
 */
export function tokensOf(script: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const matched = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const [text = null] = pattern.exec(script) ?? [];
    if (text !== null) at += text.length;
    return text;
  };
  while (at < script.length) {
    if (matched(SPACE) !== null) continue;
    if (matched(UNKNOWN_SIGN) !== null) throw unreadable(script);
    const token = tokenAt(matched);
    if (token === null) throw unreadable(script);
    tokens.push(token);
  }
  return tokens;
}

function tokenAt(matched: (pattern: RegExp) => string | null): Token | null {
  const number = matched(NUMBER);
  if (number !== null) return { kind: 'number', value: Number(number) };
  const text = matched(TEXT);
  if (text !== null) return { kind: 'text', value: text.slice(1, -1) };
  const name = matched(NAME);
  if (name !== null) return { kind: 'name', name };
  const sign = matched(SIGN);
  return sign === null ? null : { kind: 'sign', sign };
}

export function unreadable(script: string): ExpressionError {
  return new ExpressionError(
    `qbl cannot evaluate the condition "${script.slice(0, 200)}": expected a comparison of numbers and quoted texts`,
  );
}
