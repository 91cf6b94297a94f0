import { NoScript, type Token, tokensOf, unreadable } from './script-tokens.ts';
import { OPERATORS, type Value } from './script-values.ts';

/**
 * Evaluates a condition as JMeter does with JavaScript. If the condition is no JavaScript, or mentions a name without a
 * value, JMeter only logs an error and takes the condition for false (IfController.java).
 * @throws ExpressionError if qbl cannot say what JavaScript says
 */
export function isTrueScript(script: string): boolean {
  const tokens = tokensOf(script);
  if (tokens.length > MOST_TOKENS) throw unreadable(script);
  try {
    return String(new ScriptReader(script, tokens).read()()) === 'true';
  } catch (error) {
    if (error instanceof NoScript) return false;
    throw error;
  }
}

/** Each operator takes a call on the stack. */
const MOST_TOKENS = 1000;

type Evaluate = () => Value;

/** Names that have a value, or that are no names in JavaScript or Java. qbl reads no condition with them. */
const KNOWN_NAMES =
  /^(?:break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|finally|for|function|if|import|in|instanceof|let|new|return|static|super|switch|this|throw|try|typeof|var|void|while|with|yield|Array|Boolean|Date|Error|Function|Infinity|JSON|Map|Math|NaN|Number|Object|Packages|Promise|Reflect|RegExp|Set|String|Symbol|[A-Z]\w*Error|arguments|com|console|context|edu|escape|eval|getClass|globalThis|importClass|importPackage|isFinite|isNaN|isXMLName|java|javax|load|org|parseFloat|parseInt|print|quit|unescape|uneval|undefined|decodeURI\w*|encodeURI\w*|[A-Z]\w*Array|[A-Z]\w*Adapter|[A-Z]\w*Map|[A-Z]\w*Set|ArrayBuffer|BigInt|Continuation|DataView|Java|Namespace|Proxy|QName|With|XML|XMLList|Call|Script|StopIteration|Iterator)$/;

const VALUES: Readonly<Record<string, Value>> = { true: true, false: false, null: null };

/** Deepest nesting of a condition. */
const MAX_DEPTH = 100;

class ScriptReader {
  readonly #script: string;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(script: string, tokens: readonly Token[]) {
    this.#script = script;
    this.#tokens = tokens;
  }

  /** @throws NoScript if JavaScript has a mistake at this place */
  read(): Evaluate {
    const value = this.#any();
    const rest = this.#tokens[this.#at];
    if (rest === undefined) return value;
    // Two values without an operator between them, or a part that nothing opened, are a mistake. Any other part can
    // continue the expression.
    const isMistake =
      rest.kind === 'sign' ? ['{', '}', ')', ']', '!', '~', ':'].includes(rest.sign) : !this.#isWord(rest);
    throw isMistake ? new NoScript() : unreadable(this.#script);
  }

  #isWord(token: Token): boolean {
    return token.kind === 'name' && KNOWN_NAMES.test(token.name);
  }

  #any(): Evaluate {
    let left = this.#and();
    while (this.#takes('||')) {
      const [first, second] = [left, this.#and()];
      left = () => first() || second();
    }
    return left;
  }

  #and(): Evaluate {
    let left = this.#operation(0);
    while (this.#takes('&&')) {
      const [first, second] = [left, this.#operation(0)];
      left = () => first() && second();
    }
    return left;
  }

  #operation(level: number): Evaluate {
    const operators = OPERATORS[level];
    if (operators === undefined) return this.#unary();
    let left = this.#operation(level + 1);
    for (;;) {
      const token = this.#tokens[this.#at];
      const operator =
        token?.kind === 'sign' && Object.hasOwn(operators, token.sign) ? operators[token.sign] : undefined;
      if (operator === undefined) return left;
      this.#at += 1;
      const [first, second] = [left, this.#operation(level + 1)];
      left = () => operator(first(), second());
    }
  }

  #unary(): Evaluate {
    if (++this.#depth > MAX_DEPTH) throw unreadable(this.#script);
    try {
      return this.#operand();
    } finally {
      this.#depth -= 1;
    }
  }

  #operand(): Evaluate {
    if (this.#takes('!')) return changed(this.#unary(), (value) => !value);
    if (this.#takes('-')) return changed(this.#unary(), (value) => -Number(value));
    if (this.#takes('+')) return changed(this.#unary(), Number);
    if (this.#takes('(')) return this.#closed(this.#any());
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new NoScript();
    if (token.kind === 'sign') throw this.#noOperand(token.sign);
    return token.kind === 'name' ? this.#named(token.name) : () => token.value;
  }

  #closed(value: Evaluate): Evaluate {
    if (this.#takes(')')) return value;
    const token = this.#tokens[this.#at];
    throw token === undefined ? new NoScript() : unreadable(this.#script);
  }

  /** A regular expression, an object or a list can begin here. */
  #noOperand(sign: string): Error {
    return ['/', '{', '[', '~', ';'].includes(sign) ? unreadable(this.#script) : new NoScript();
  }

  #named(name: string): Evaluate {
    if (KNOWN_NAMES.test(name)) throw unreadable(this.#script);
    if (Object.hasOwn(VALUES, name)) return () => VALUES[name];
    return () => {
      throw new NoScript();
    };
  }

  #takes(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' || token.sign !== sign) return false;
    this.#at += 1;
    return true;
  }
}

function changed(of: Evaluate, change: (value: Value) => Value): Evaluate {
  return () => change(of());
}
