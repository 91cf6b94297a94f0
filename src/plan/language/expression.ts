/**
 * Parses JMeter's language of variables and functions as JMeter does (engine/util/FunctionParser.java,
 * ReplaceStringWithFunctions.java).
 */

export type ExpressionPiece =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly parameters: readonly Expression[] };

export type Expression = readonly ExpressionPiece[];

/** An expression that cannot be parsed or evaluated. */
export class ExpressionError extends Error {}

const MAX_DEPTH = 20;

/** Parses the value of a property. If the value has no variable or function, a `\` in it stays as it is. */
export function parseProperty(value: string): Expression {
  const pieces = new ExpressionReader(value, 0).read();
  return pieces.every(({ kind }) => kind === 'text') ? [{ kind: 'text', text: value }] : pieces;
}

/** Parses a text as JMeter parses the parameter of `__eval`: a `\\` before `$`, `,` or `\\` is removed in any text. */
export function parseExpression(text: string): Expression {
  return new ExpressionReader(text, 0).read();
}

class ExpressionReader {
  readonly #text: string;
  readonly #depth: number;
  #at = 0;

  constructor(text: string, depth: number) {
    if (depth > MAX_DEPTH) throw new ExpressionError(`functions are nested deeper than ${MAX_DEPTH}`);
    this.#text = text;
    this.#depth = depth;
  }

  /** Parses the whole text. Removes a `\` before `$`, `,` or `\`, and keeps any other `\`, also at the end. */
  read(): Expression {
    const pieces: ExpressionPiece[] = [];
    let text = '';
    while (this.#at < this.#text.length) {
      if (this.#text.startsWith('${', this.#at)) {
        if (text !== '') pieces.push({ kind: 'text', text });
        text = '';
        this.#at += 2;
        pieces.push(this.#mention());
      } else if (this.#text[this.#at] === '\\') {
        const escaped = this.#text[this.#at + 1] ?? '\\';
        text += /[$,\\]/.test(escaped) ? escaped : `\\${escaped}`;
        this.#at += 2;
      } else text += this.#text[this.#at++];
    }
    if (text !== '') pieces.push({ kind: 'text', text });
    return pieces;
  }

  /** Reads the text after `${`, up to and including the closing brace. */
  #mention(): ExpressionPiece {
    let name = '';
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at];
      if (character === '}') {
        this.#at++;
        return named(name);
      }
      if (character === '(' && name.trim().startsWith('__')) {
        this.#at++;
        return this.#call(name.trim());
      }
      if (character === '\\') name += this.#text[++this.#at] ?? '';
      else name += character;
    }
    throw new ExpressionError(`\${${name.slice(0, 50)} has no closing brace`);
  }

  #call(name: string): ExpressionPiece {
    const parameters = this.#parameters(name).map((text) =>
      new ExpressionReader(text, this.#depth + 1).read(),
    );
    while (this.#text[this.#at] === ' ') this.#at++;
    if (this.#text[this.#at++] !== '}') throw new ExpressionError(`expected } after \${${name}(…)`);
    return { kind: 'call', name, parameters };
  }

  /**
   * Reads comma-separated parameters up to the closing parenthesis. They can contain nested braces and parentheses.
   */
  #parameters(name: string): string[] {
    const parameters: string[] = [];
    let parameter = '';
    let previous = '';
    let braces = 0;
    let parentheses = 0;
    for (; this.#at < this.#text.length; this.#at++) {
      const character = this.#text[this.#at] ?? '';
      if (character === '\\') {
        parameter += character + (this.#text[++this.#at] ?? '');
        previous = '';
        continue;
      }
      if (braces === 0 && parentheses === 0 && character === ')') {
        this.#at++;
        return parameter === '' && parameters.length === 0 ? [] : [...parameters, parameter];
      }
      if (character === '{' && previous === '$') braces++;
      else if (character === '}' && braces > 0) braces--;
      else if (character === '(' && braces === 0) parentheses++;
      else if (character === ')' && braces === 0) parentheses--;
      previous = character;
      if (character === ',' && braces === 0) {
        parameters.push(parameter);
        parameter = '';
      } else parameter += character;
    }
    throw new ExpressionError(`\${${name}( has no closing parenthesis`);
  }
}

/**
 * A name that begins with `__` is a function, even without parentheses. But names that begin with `__jm__` are JMeter's
 * own variables.
 */
function named(name: string): ExpressionPiece {
  return name.startsWith('__') && !name.startsWith('__jm__')
    ? { kind: 'call', name, parameters: [] }
    : { kind: 'variable', name };
}
