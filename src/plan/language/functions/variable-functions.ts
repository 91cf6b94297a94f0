import { hostname } from 'node:os';
import type { ThreadVariables } from '../thread-variables.ts';
import { trimmedAsInJava } from './java-trim.ts';
import { randomBelow } from './numbers/random.ts';
import { parseInt32 } from './numbers/whole-number.ts';
import type { RunTimeFunctions } from './run-time-function.ts';
import { splitText } from './split-text.ts';

/** Functions that read or set variables, and the name of this machine. */
export const VARIABLE_FUNCTIONS: RunTimeFunctions = {
  __V: {
    parameters: [1, 2],
    reads: true,
    call: ([name = '', standard], { variables }) => variables.get(name) ?? standard ?? name,
  },
  __isVarDefined: {
    parameters: [1, 1],
    reads: true,
    call: ([name = ''], { variables }) => String(variables.get(name) !== undefined),
  },
  __split: {
    parameters: [2, 3],
    sets: 1,
    call: ([text = '', name = '', delimiters], { variables }) => {
      setParts(splitText(text, delimiters || ','), trimmedAsInJava(name), text, variables);
      return text;
    },
  },
  __RandomFromMultipleVars: {
    parameters: [1, 2],
    reads: true,
    sets: 1,
    call: ([names = '', to = ''], { variables }) => {
      const values = trimmedAsInJava(names)
        .split('|')
        .flatMap((name) => valuesOf(name, variables));
      const value = values.length === 0 ? '' : values[Number(randomBelow(BigInt(values.length)))];
      const variable = trimmedAsInJava(to);
      if (variable !== '' && value !== undefined) variables.set(variable, value);
      if (variable !== '' && value === undefined) variables.delete(variable);
      return String(value ?? null);
    },
  },
  __machineName: { parameters: [0, 1], stores: 0, call: () => hostname() },
};

function setParts(parts: readonly string[], name: string, text: string, variables: ThreadVariables): void {
  variables.set(name, text);
  variables.set(`${name}_n`, String(parts.length));
  for (const [at, part] of parts.entries()) variables.set(`${name}_${at + 1}`, part);
  variables.delete(`${name}_${parts.length + 1}`);
}

/** Returns the values of the matches that an extractor stored under a name, or else the value of the variable. */
function valuesOf(name: string, variables: ThreadVariables): (string | undefined)[] {
  if (name === '') return [];
  const count = variables.get(`${name}_matchNr`) || '0';
  const matches = parseInt32(count);
  if (matches <= 0) return [variables.get(name) ?? ''].filter((value) => value !== '');
  return Array.from({ length: matches }, (_, at) => variables.get(`${name}_${at + 1}`));
}
