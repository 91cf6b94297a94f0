import { ExpressionError } from './expression.ts';
import { constantOf, type FilledText, literal, needsMessage } from './filled-text.ts';
import { type RunTimeFunction, withName } from './functions/run-time-function.ts';
import { textOf } from './run-time.ts';
import type { Scope } from './scope.ts';
import { ThreadVariables } from './thread-variables.ts';

/** A call of a function with the values of its parameters. */
export interface FunctionCall {
  readonly name: string;
  readonly function: RunTimeFunction;
  readonly parameters: readonly FilledText[];
}

/**
 * Returns the value of a call, or a call for each message. JMeter calls the function of a User Defined Variable only once.
 * @throws ExpressionError if the function fails with parameters that are already known
 */
export function valueOfCall(call: FunctionCall, scope: Scope): FilledText {
  checkParameters(call);
  if (call.function.reads === true) checkNames(call, scope);
  const text: FilledText = [{ call: call.name, parameters: call.parameters }];
  if (scope.beforeThreads !== undefined) return valueBeforeThreads(call, text, scope.beforeThreads.variables);
  const trial = call.parameters.some(needsMessage) ? null : calledNow(call.name, text, new ThreadVariables());
  if (trial !== null && call.function.isPure === true && !storesValue(call)) return literal(trial);
  if (scope.message !== null) return text;
  throw new ExpressionError(`expected a constant, but ${call.name} is called for each message`);
}

function checkParameters({ name, function: { check, constants = [] }, parameters }: FunctionCall): void {
  const changing = constants.find((at) => needsMessage(parameters[at] ?? []));
  if (changing !== undefined)
    throw new ExpressionError(`${name}: expected a constant as parameter ${changing + 1}`);
  withName(name, () => check?.(parameters.map((each) => (needsMessage(each) ? null : constantOf(each)))));
}

/** Refuses a function that looks for a variable that only the plan has. */
function checkNames({ name, parameters: [names = []] }: FunctionCall, { notInThreads }: Scope): void {
  if (notInThreads === undefined || notInThreads.size === 0) return;
  if (names.some((part) => !('literal' in part)))
    throw new ExpressionError(
      `${name}: expected the name of a variable, because a Counter or User Parameters set variables too`,
    );
  const unknown = constantOf(names)
    .split('|')
    .find((each) => notInThreads.has(each.trim()));
  if (unknown !== undefined)
    throw new ExpressionError(
      `${name}: the variable ${unknown} of a Counter or of User Parameters is not supported here`,
    );
}

function valueBeforeThreads(
  call: FunctionCall,
  text: FilledText,
  variables: ThreadVariables | null,
): FilledText {
  if (call.parameters.some(needsMessage))
    throw new ExpressionError(`${call.name} of the run's ID is not supported`);
  return literal(calledNow(call.name, text, variables ?? new NoVariables()));
}

function calledNow(name: string, text: FilledText, variables: ThreadVariables): string {
  return withName(name, () => textOf(text, { variables, mention: String }));
}

function storesValue({ function: { stores }, parameters }: FunctionCall): boolean {
  const name = stores === undefined ? undefined : parameters.at(stores);
  return name !== undefined && constantOf(name) !== '';
}

/** While JMeter reads the variables of the element TestPlan, there are no variables yet (PreCompiler.java, createVars). */
class NoVariables extends ThreadVariables {
  override get(): never {
    throw new ExpressionError('variables are not supported in a function of the element TestPlan');
  }

  override has(): never {
    return this.get();
  }

  override set(): never {
    return this.get();
  }
}
