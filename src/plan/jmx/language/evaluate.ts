import { randomUUID } from 'node:crypto';
import { type Expression, ExpressionError, type ExpressionPiece } from './expression.ts';

/** A text with variables that get their values when a message is sent. */
export type FilledText = readonly Part[];
type Part = { readonly literal: string } | { readonly mention: string };

/** Finds the values of properties, variables and functions. */
export interface Scope {
  /** JMeter's properties, which are set with `-J`. */
  readonly properties: Readonly<Record<string, string>>;
  /** Returns the value of a variable. Null if the variable is not defined. */
  readonly variable: (name: string) => FilledText | null;
  /**
   * Finds values that change from message to message. Null for texts that JMeter evaluates once, at the start of the
   * test.
   */
  readonly message: MessageScope | null;
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
  return 'literal' in part ? part.literal.length : part.mention.length;
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
  const value = scope.variable(piece.name);
  if (value !== null) return value;
  throw new ExpressionError(`\${${piece.name}} is not defined here`);
}

const STORES_ITS_VALUE = 'a function that stores its value in a variable';

type Parameters = readonly Expression[];
type JMeterFunction = (parameters: Parameters, scope: Scope) => FilledText;

/** JMeter's functions, by name. Each works like the class for this function in JMeter. */
const FUNCTIONS: Readonly<Record<string, JMeterFunction>> = {
  __P: ([name, standard], scope) => propertyOf(name, standard ?? literal('1'), scope),
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
  throw new ExpressionError(`the function ${name} is not supported`);
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

function literal(text: string): Expression {
  return [{ kind: 'text', text }];
}

function character(code: string): string {
  const number = /^(0x[\da-f]{1,6}|\d{1,7})$/i.test(code) ? Number(code) : Number.NaN;
  if (number <= 0x10ffff) return String.fromCodePoint(number);
  throw new ExpressionError(`__char(${code}) is not a character`);
}

/**
 * Returns the text, which must not contain variables.
 * @throws ExpressionError if the value of the text changes from message to message
 */
export function constantOf(text: FilledText): string {
  return text
    .map((part) => {
      if ('literal' in part) return part.literal;
      throw new ExpressionError(`expected a constant, but \${${part.mention}} is filled in for each message`);
    })
    .join('');
}

/**
 * Returns the text as a template of a plan.
 * @throws ExpressionError if a literal text looks like a variable there
 */
export function templateOf(text: FilledText): string {
  const literals = text.map((part) => ('literal' in part ? part.literal : '\u0000')).join('');
  if (literals.includes('${'))
    throw new ExpressionError('the text "${" cannot be sent literally: change this text');
  return writtenText(text);
}

/** Returns the text with its variables as `${name}`, even if a literal text looks like a variable too. */
export function writtenText(text: FilledText): string {
  return text.map((part) => ('literal' in part ? part.literal : `\${${part.mention}}`)).join('');
}
