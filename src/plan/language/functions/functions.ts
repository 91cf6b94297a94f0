import type { RunTimeScope } from '../run-time-scope.ts';

/** A function of JMeter that is called while the test runs. It gets the values of its parameters. */
export interface RunTimeFunction {
  readonly call: (parameters: readonly string[], scope: RunTimeScope) => string;
  /** The smallest and the largest number of parameters that JMeter accepts. */
  readonly parameters: readonly [least: number, most: number];
  /** The position from 0 of the parameter that names the variable for the value. Absent if there is none. */
  readonly stores?: number;
}

/** The functions by name, such as `__V`. */
export const RUN_TIME_FUNCTIONS: Readonly<Record<string, RunTimeFunction>> = {
  __V: {
    parameters: [1, 2],
    call: ([name = '', standard], { variables }) => variables.get(name) ?? standard ?? name,
  },
};

export function runTimeFunction(name: string): RunTimeFunction | undefined {
  return Object.hasOwn(RUN_TIME_FUNCTIONS, name) ? RUN_TIME_FUNCTIONS[name] : undefined;
}
