import { randomUUID } from 'node:crypto';
import { type Expression, ExpressionError, type ExpressionPiece, parseExpression } from './expression.ts';
import {
  constantOf,
  type FilledText,
  fieldsOf,
  literal,
  needsMessage,
  type Part,
  type RunTimePart,
} from './filled-text.ts';
import { valueOfCall } from './function-call.ts';
import { runTimeFunction } from './functions/functions.ts';
import { checkNumber, type RunTimeFunction } from './functions/run-time-function.ts';
import type { MessageScope, Scope } from './scope.ts';

export type { MessageScope, Scope } from './scope.ts';

/** Name of the JMeter property that contains the run's ID, unless the user sets this property with -J. */
const RUN_PROPERTY = 'run';

/**
 * Maximum length of a text. It is equal to the limit for a plan file. The limit is needed because each
 * variable can mention the previous one twice, which doubles the length each time.
 */
const MAX_TEXT_LENGTH = 4 * 1024 ** 2;
/** How often a text can be evaluated again. Without this limit, a text that contains itself would never end. */
const MAX_DEPTH = 20;
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
const SET_BY_JMETER =
  /^(?:START\.(?:MS|YMD|HMS)|TESTSTART\.MS|JMeterThread\.(?!last_sample_ok$).*|__jm__.*)$/;

/** An undefined variable stays the text `${name}` (SimpleVariable.java). */
function variableOfThread(name: string, { message, beforeThreads }: Scope): FilledText {
  if (SET_BY_JMETER.test(name)) throw new ExpressionError(`\${${name}}, which JMeter sets, is not supported`);
  if (beforeThreads !== undefined) return literal(beforeThreads.variables?.get(name) ?? `\${${name}}`);
  if (message !== null) return [{ variable: name }];
  throw new ExpressionError(`expected a constant, but \${${name}} gets its value while the test runs`);
}

type Parameters = readonly Expression[];
interface StaticFunction {
  readonly parameters: readonly [least: number, most: number];
  /** Returns null if the function must be called for each message. */
  readonly valueOf: (parameters: Parameters, scope: Scope) => FilledText | null;
}

/**
 * The functions that qbl computes before the test, or replaces by variables of the plan. Each works like the class for this
 * function in JMeter.
 */
const FUNCTIONS: Readonly<Record<string, StaticFunction>> = {
  __P: {
    parameters: [1, 2],
    valueOf: ([name, standard], scope) => propertyOf(name, standard ?? [{ kind: 'text', text: '1' }], scope),
  },
  __property: {
    parameters: [1, 3],
    valueOf: ([name, variable, standard], scope) => {
      if (!isEmpty(variable, scope))
        throw new ExpressionError('a property that is stored in a variable is not supported');
      return propertyOf(name, standard ?? name ?? [], scope);
    },
  },
  __isPropDefined: {
    parameters: [1, 1],
    valueOf: ([name = []], scope) => {
      const key = constantOf(evaluate(name, scope));
      return literal(String(Object.hasOwn(scope.properties, key) || key === RUN_PROPERTY));
    },
  },
  __threadNum: {
    parameters: [0, 0],
    valueOf: (_, scope) => {
      messageOf(scope, '__threadNum');
      return [{ mention: 'thread' }];
    },
  },
  __counter: {
    parameters: [1, 2],
    valueOf: ([perThread = [], variable], scope) => {
      const message = messageOf(scope, '__counter');
      if (!isEmpty(variable, scope)) return null;
      const isPerThread = constantOf(evaluate(perThread, scope)).toLowerCase() === 'true';
      return [{ mention: isPerThread ? 'loop' : message.counter() }];
    },
  },
  __time: {
    parameters: [0, 2],
    valueOf: ([format, variable], scope) => {
      // The name of a pattern, such as YMD, has a property that changes the pattern (TimeFunction.java).
      const changed = format?.map((each) => (each.kind === 'text' ? `time.${each.text}` : '')).join('') ?? '';
      if (Object.hasOwn(scope.properties, changed))
        throw new ExpressionError(`__time: the property ${changed} is not supported`);
      if (!isEmpty(format, scope) || !isEmpty(variable, scope)) return null;
      return scope.message === null ? literal(String(Date.now())) : [{ mention: 'now' }];
    },
  },
  __UUID: {
    parameters: [0, 0],
    valueOf: (_, { message }) => (message === null ? literal(randomUUID()) : [{ mention: message.uuid() }]),
  },
  __eval: {
    parameters: [1, 1],
    valueOf: ([parameter = []], scope) => evaluatedAgain(evaluate(parameter, scope), scope),
  },
  __evalVar: {
    parameters: [1, 1],
    valueOf: ([parameter = []], scope) => {
      const name = constantOf(evaluate(parameter, scope));
      const early = scope.beforeThreads && literal(scope.beforeThreads.variables?.get(name) ?? '');
      return evaluatedAgain(scope.variable(name) ?? early ?? [{ variable: name }], scope);
    },
  },
};

function call({ name, parameters }: Extract<ExpressionPiece, { kind: 'call' }>, scope: Scope): FilledText {
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (known !== undefined) {
    checkNumber(name, parameters.length, known.parameters);
    const value = known.valueOf(parameters, scope);
    if (value !== null) return value;
  }
  const ofThread = runTimeFunction(name);
  if (ofThread === undefined) throw new ExpressionError(`the function ${name} is not supported`);
  checkNumber(name, parameters.length, ofThread.parameters);
  refuseUnknownName(name, ofThread, parameters);
  return valueOfCall(
    { name, function: ofThread, parameters: parameters.map((each) => evaluate(each, scope)) },
    scope,
  );
}

/**
 * Refuses a variable for the value of a function if its name is not written in the .jmx file. qbl must know all variables
 * that change before it reads the file.
 */
function refuseUnknownName(name: string, { stores, sets }: RunTimeFunction, parameters: Parameters): void {
  const at = stores ?? (sets === -1 ? undefined : sets);
  const written = at === undefined ? undefined : parameters.at(at);
  if (written?.some(({ kind }) => kind !== 'text'))
    throw new ExpressionError(`${name}: expected the name of a variable without variables or functions`);
}

/** Evaluates a text that has variables and functions only after its own variables and functions are filled in. */
function evaluatedAgain(text: FilledText, { depth = 0, ...scope }: Scope): FilledText {
  if (depth === MAX_DEPTH) throw new ExpressionError(`texts are evaluated more than ${MAX_DEPTH} times`);
  if (!needsMessage(text)) return evaluate(parseExpression(constantOf(text)), { ...scope, depth: depth + 1 });
  throw new ExpressionError('expected a text that stays the same during the test in __eval and __evalVar');
}

function isEmpty(parameter: Expression | undefined, scope: Scope): boolean {
  if (parameter === undefined) return true;
  const text = evaluate(parameter, scope);
  return !needsMessage(text) && constantOf(text) === '';
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
