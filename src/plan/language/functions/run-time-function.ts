import { ExpressionError } from '../expression.ts';
import type { RunTimeScope } from '../run-time-scope.ts';
import { JavaException } from './java-exception.ts';

/** A function of JMeter that is called while the test runs. It gets the values of its parameters. */
export interface RunTimeFunction {
  /**
   * Returns the value.
   * @param place the same object for each call at one place of the plan
   * @throws ExpressionError if JMeter's function fails, so that JMeter sends nothing
   */
  readonly call: (parameters: readonly string[], scope: RunTimeScope, place: object) => string;
  /** The smallest and the largest number of parameters that JMeter accepts. */
  readonly parameters: readonly [least: number, most: number];
  /** The position from 0 of the parameter that names the variable for the value. Absent if there is none. */
  readonly stores?: number;
  /** True if JMeter does not remove spaces around this name. */
  readonly keepsSpaces?: true;
  /**
   * The position of a parameter that names a variable if `call` itself sets the variable, and variables with this name
   * and `_` before an ending. -1 is the last parameter.
   */
  readonly sets?: number;
  /** True if the first parameter has names of variables, with `|` between them. */
  readonly reads?: true;
  /** The positions of the parameters that JMeter reads once, at the start of the test. */
  readonly constants?: readonly number[];
  /** True if the value depends on nothing but the parameters. */
  readonly isPure?: true;
  /**
   * Checks the parameters before the test. A parameter that is not known then is null.
   * @throws ExpressionError if the function would fail
   */
  readonly check?: (parameters: readonly (string | null)[]) => void;
}

/** The functions by name, such as `__V`. */
export type RunTimeFunctions = Readonly<Record<string, RunTimeFunction>>;

/** @throws ExpressionError if JMeter does not accept this number of parameters */
export function checkNumber(name: string, number: number, [least, most]: readonly [number, number]): void {
  if (number >= least && number <= most) return;
  const range =
    least === most ? `${least}` : Number.isFinite(most) ? `${least} to ${most}` : `at least ${least}`;
  throw new ExpressionError(`${name}: expected ${range} parameters, not ${number}`);
}

/** Calls a function of JMeter. An ExpressionError says which function failed. */
export function withName<T>(name: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof ExpressionError) || error.message.startsWith('__')) throw error;
    throw new ExpressionError(
      `${name}: ${error instanceof JavaException ? error.explanation : error.message}`,
    );
  }
}
