import { createHash, randomUUID } from 'node:crypto';

/** Returns the value of a function or variable. The arguments are its name and its evaluated parameters. */
export type Call = (name: string, parameters: readonly string[]) => string;

/**
 * Evaluates the value of a property as JMeter does. Text without a function stays unchanged, with its backslashes.
 * Sources: engine/util/FunctionParser.java (compileString, makeFunction, parseParams),
 * ReplaceStringWithFunctions.java.
 */
export function evaluate(value: string, call: Call): string {
  const compiled = compile(value, call);
  return compiled.hasFunction ? compiled.text : value;
}

function compile(value: string, call: Call): { text: string; hasFunction: boolean } {
  let text = '';
  let hasFunction = false;
  let at = 0;
  while (at < value.length) {
    const character = value[at];
    if (character === '\\') {
      const next = value[at + 1] ?? '';
      text += '$,\\'.includes(next) ? next : `\\${next}`;
      at += 2;
    } else if (value.startsWith('${', at)) {
      hasFunction = true;
      const made = makeFunction(value, at + 2, call);
      text += made.text;
      at = made.end;
    } else {
      text += character;
      at += 1;
    }
  }
  return { text, hasFunction };
}

function makeFunction(value: string, start: number, call: Call): { text: string; end: number } {
  const end = start + value.slice(start).search(/[(}]/);
  if (end < start) throw new SyntaxError(`the closing brace of \${${value.slice(start)} is missing`);
  const name = value.slice(start, end);
  if (value[end] === '}') return { text: call(name, []), end: end + 1 };
  const parameters = parseParameters(value, end + 1);
  if (value[parameters.end] !== '}') throw new SyntaxError(`Expected } after ${name}`);
  const values = parameters.texts.map((text) => compile(text, call).text);
  return { text: call(name, values), end: parameters.end + 1 };
}

function parseParameters(value: string, start: number): { texts: string[]; end: number } {
  const texts: string[] = [''];
  let functions = 0;
  let parentheses = 0;
  for (let at = start; at < value.length; at++) {
    const character = value[at] ?? '';
    let piece = character;
    if (character === '\\') piece += value[++at] ?? '';
    else if (character === ',' && functions === 0) {
      texts.push('');
      continue;
    } else if (character === ')' && functions === 0 && parentheses === 0) return { texts, end: at + 1 };
    else if (character === '{' && value[at - 1] === '$') functions++;
    else if (character === '}' && functions > 0) functions--;
    else if (functions === 0) parentheses += character === '(' ? 1 : character === ')' ? -1 : 0;
    texts[texts.length - 1] += piece;
  }
  throw new SyntaxError('the closing parenthesis after the parameters is missing');
}

/** Returns a function that computes the JMeter functions that qbl uses, and the given variables. */
export function functions(variables: Readonly<Record<string, string>>, threadNumber: number): Call {
  return (name, [first = '', second = '']) => {
    if (name === '__char') return String.fromCodePoint(Number(first));
    if (name === '__threadNum') return String(threadNumber);
    if (name === '__time') return String(Date.now());
    if (name === '__UUID') return randomUUID();
    if (name === '__P') return second;
    if (name === '__digest') return createHash('md5').update(second).digest('hex');
    const variable = variables[name];
    if (variable === undefined) throw new SyntaxError(`unknown: ${name}`);
    return variable;
  };
}
