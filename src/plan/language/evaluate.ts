import { randomUUID } from 'node:crypto';
import { type Expression, ExpressionError, type ExpressionPiece } from './expression.ts';
import {
  constantOf,
  type FilledText,
  fieldsOf,
  literal,
  type Part,
  type RunTimePart,
} from './filled-text.ts';
import { type RunTimeFunction, runTimeFunction } from './functions/functions.ts';
import { textOf } from './run-time.ts';
import { ThreadVariables } from './thread-variables.ts';

/** Finds the values of properties, variables and functions. */
export interface Scope {
  /** JMeter's properties, which are set with `-J`. */
  readonly properties: Readonly<Record<string, string>>;
  /**
   * Returns the value of a variable that keeps its value during the test. Null for every other name.
   */
  readonly variable: (name: string) => FilledText | null;
  /** Finds values that change from message to message. Null for a text that has only one value during the test. */
  readonly message: MessageScope | null;
  /** True if JMeter evaluates the text once, before it starts threads. Then no thread can set a variable. */
  readonly isBeforeThreads?: true;
}

/** Adds to the plan the variables that replace JMeter functions. Each call returns the name of a new variable. */
export interface MessageScope {
  uuid(): string;
  /** A counter from 1 that all threads share. */
  counter(): string;
}

/** Name of the JMeter property that contains the run's ID, unless the user sets this property with -J. */
const RUN_PROPERTY = 'run';

/**
 * Maximum length of a text. It is equal to the limit for a plan file. The limit is needed because each
 * variable can mention the previous one twice, which doubles the length each time.
 */
const MAX_TEXT_LENGTH = 4 * 1024 ** 2;
/** Length that is added for each part of a text, because each part takes memory. */
const PART_LENGTH = 16;

/**
 * Evaluates an expression.
 * @throws ExpressionError with the first name that has no value, or if the text is too long
 */
export function evaluate(expression: Expression, scope: Scope): FilledText {
  const text: Part[] = [];
  let length = 0;
  for (const piece of expression) {
    const value = evaluatePiece(piece, scope);
    length += value.reduce((sum, part) => sum + PART_LENGTH + lengthOf(part), 0);
    if (length > MAX_TEXT_LENGTH) {
      throw new ExpressionError(
        `the text has more than ${MAX_TEXT_LENGTH} characters when its variables are filled in`,
      );
    }
    for (const part of value) append(text, part);
  }
  return text;
}

function lengthOf(part: Part): number {
  if ('literal' in part) return part.literal.length;
  if ('mention' in part) return part.mention.length;
  if ('variable' in part) return part.variable.length;
  const texts = textsIn(part);
  return texts.flat().reduce((sum, each) => sum + PART_LENGTH + lengthOf(each), 0);
}

function textsIn(part: Exclude<RunTimePart, { variable: string }>): readonly FilledText[] {
  if ('change' in part) return [part.text];
  return 'url' in part ? fieldsOf(part.url) : part.parameters;
}

/** Adds a part. Joins literal texts that follow each other, so that there are few parts. */
function append(text: Part[], part: Part): void {
  const last = text.at(-1);
  if (last !== undefined && 'literal' in last && 'literal' in part) {
    text[text.length - 1] = { literal: last.literal + part.literal };
  } else text.push(part);
}

function evaluatePiece(piece: ExpressionPiece, scope: Scope): FilledText {
  if (piece.kind === 'text') return [{ literal: piece.text }];
  if (piece.kind === 'call') return call(piece, scope);
  return scope.variable(piece.name) ?? variableOfThread(piece.name, scope);
}

/** Names of variables that JMeter sets itself (JMeterVariables.java, JMeterThread.java, GenericController.java). */
const SET_BY_JMETER = /^(?:START\.(?:MS|YMD|HMS)|TESTSTART\.MS|JMeterThread\..*|__jm__.*)$/;

/** An undefined variable stays the text `${name}` (SimpleVariable.java). */
function variableOfThread(name: string, { message, isBeforeThreads }: Scope): FilledText {
  if (SET_BY_JMETER.test(name)) throw new ExpressionError(`\${${name}}, which JMeter sets, is not supported`);
  if (isBeforeThreads === true) return literal(`\${${name}}`);
  if (message !== null) return [{ variable: name }];
  throw new ExpressionError(`expected a constant, but \${${name}} gets its value while the test runs`);
}

const STORES_ITS_VALUE = 'a function that stores its value in a variable';

type Parameters = readonly Expression[];
type JMeterFunction = (parameters: Parameters, scope: Scope) => FilledText;

/** JMeter's functions, by name. Each works like the class for this function in JMeter. */
const FUNCTIONS: Readonly<Record<string, JMeterFunction>> = {
  __P: ([name, standard], scope) => propertyOf(name, standard ?? [{ kind: 'text', text: '1' }], scope),
  __property: ([name, variable, standard], scope) => {
    mustBeEmpty(variable, scope, STORES_ITS_VALUE);
    return propertyOf(name, standard ?? name ?? [], scope);
  },
  __threadNum: (_, scope) => {
    messageOf(scope, '__threadNum');
    return [{ mention: 'thread' }];
  },
  __counter: ([perThread = [], variable], scope) => {
    mustBeEmpty(variable, scope, STORES_ITS_VALUE);
    const message = messageOf(scope, '__counter');
    const isPerThread = constantOf(evaluate(perThread, scope)).trim().toLowerCase() === 'true';
    return [{ mention: isPerThread ? 'loop' : message.counter() }];
  },
  __time: ([format, variable], scope) => {
    mustBeEmpty(format, scope, 'a function with a date format');
    mustBeEmpty(variable, scope, STORES_ITS_VALUE);
    return [scope.message === null ? { literal: String(Date.now()) } : { mention: 'now' }];
  },
  __UUID: (_, { message }) => [message === null ? { literal: randomUUID() } : { mention: message.uuid() }],
  __char: (parameters, scope) => [
    { literal: parameters.map((code) => character(constantOf(evaluate(code, scope)))).join('') },
  ],
};

function call({ name, parameters }: Extract<ExpressionPiece, { kind: 'call' }>, scope: Scope): FilledText {
  const jmeterFunction = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (jmeterFunction !== undefined) return jmeterFunction(parameters, scope);
  const ofThread = runTimeFunction(name);
  if (ofThread !== undefined) return callOfThread(name, ofThread, parameters, scope);
  throw new ExpressionError(`the function ${name} is not supported`);
}

/** Returns a call that is made for each message. JMeter calls the function of a User Defined Variable only once. */
function callOfThread(
  name: string,
  { parameters: [least, most] }: RunTimeFunction,
  parameters: Parameters,
  scope: Scope,
): FilledText {
  const range = least === most ? String(least) : `${least} to ${most}`;
  if (parameters.length < least || parameters.length > most)
    throw new ExpressionError(`${name}: expected ${range} parameters, not ${parameters.length}`);
  const values = parameters.map((each) => evaluate(each, scope));
  const text: FilledText = [{ call: name, parameters: values }];
  if (scope.message !== null) return text;
  if (scope.isBeforeThreads !== true)
    throw new ExpressionError(`expected a constant, but ${name} is called for each message`);
  if (values.flat().some((part) => 'mention' in part))
    throw new ExpressionError(`${name} of the run's ID is not supported`);
  return literal(textOf(text, { variables: new ThreadVariables(), mention: String }));
}

function propertyOf(name: Expression | undefined, standard: Expression, scope: Scope): FilledText {
  if (name === undefined) throw new ExpressionError('a property needs a name');
  const key = constantOf(evaluate(name, scope));
  const set = Object.hasOwn(scope.properties, key) ? scope.properties[key] : undefined;
  if (set !== undefined) return [{ literal: set.trim() }];
  return key === RUN_PROPERTY ? [{ mention: 'run' }] : trimmed(evaluate(standard, scope));
}

/**
 * Removes spaces at the start and the end, as JMeter does with values and defaults of properties (JMeterUtils.java,
 * getPropDefault).
 */
function trimmed(text: FilledText): FilledText {
  return text.map((part, at) => {
    if (!('literal' in part)) return part;
    const start = at === 0 ? part.literal.trimStart() : part.literal;
    return { literal: at === text.length - 1 ? start.trimEnd() : start };
  });
}

function messageOf({ message }: Scope, name: string): MessageScope {
  if (message !== null) return message;
  throw new ExpressionError(`${name} has no value outside a thread`);
}

function mustBeEmpty(parameter: Expression | undefined, scope: Scope, what: string): void {
  if (parameter === undefined || constantOf(evaluate(parameter, scope)) === '') return;
  throw new ExpressionError(`${what} is not supported`);
}

function character(code: string): string {
  const number = /^(0x[\da-f]{1,6}|\d{1,7})$/i.test(code) ? Number(code) : Number.NaN;
  if (number <= 0x10ffff) return String.fromCodePoint(number);
  throw new ExpressionError(`__char(${code}) is not a character`);
}
