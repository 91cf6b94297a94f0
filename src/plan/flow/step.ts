import type { FilledText } from '../language/filled-text.ts';

/** What a thread does next: sends the request with this number in its group, from 1, or enters a controller. */
export type Step = number | ControllerStep;

interface AnyController {
  readonly name: string;
  /** The number of the controller in its group, from 1, in the order of the file. Number 0 is the group itself. */
  readonly number: number;
  readonly steps: readonly Step[];
}

/** A controller of JMeter, with what is in it. */
export type ControllerStep =
  | SimpleStep
  | LoopStep
  | OnceStep
  | TransactionStep
  | IfStep
  | WhileStep
  | ForEachStep;

/** Does its steps one after the other. */
export interface SimpleStep extends AnyController {
  readonly kind: 'simple';
}

export interface LoopStep extends AnyController {
  readonly kind: 'loop';
  /** The number of loops. A negative number means that the loop has no end. */
  readonly count: FilledText;
  /** False if the loop runs only in the first loop around it. */
  readonly startsAgain: boolean;
}

export interface OnceStep extends AnyController {
  readonly kind: 'once';
}

export interface TransactionStep extends AnyController {
  readonly kind: 'transaction';
  /** True if JMeter writes the samples of the transaction as parts of one sample. */
  readonly isParent: boolean;
  /** Whether the time of the transaction includes the times between its samples. */
  readonly includesTimers: boolean;
}

export interface IfStep extends AnyController {
  readonly kind: 'if';
  readonly condition: FilledText;
  /** True if the condition is an expression in JavaScript. False if the condition is a text that must be `true`. */
  readonly isScript: boolean;
  /** True if JMeter evaluates the condition again before each step. */
  readonly evaluatesAll: boolean;
}

export interface WhileStep extends AnyController {
  readonly kind: 'while';
  /** The loop ends if the text is `false`. An empty text and `LAST` mean whether the last sample succeeded. */
  readonly condition: FilledText;
}

export interface ForEachStep extends AnyController {
  readonly kind: 'forEach';
  /** The names of the variables with the values, without their numbers. */
  readonly input: FilledText;
  /** The name of the variable that gets each value. */
  readonly output: string;
  readonly separator: '_' | '';
  /** The loop begins after the value with this number. */
  readonly start: number;
  /** The loop ends after the value with this number. */
  readonly end: number;
}

/** Whether a request can run in another number of loops than its thread group. */
export function hasOwnLoops(steps: readonly Step[]): boolean {
  return steps.some(
    (step) =>
      typeof step !== 'number' && (!['simple', 'transaction'].includes(step.kind) || hasOwnLoops(step.steps)),
  );
}

export function hasTransaction(steps: readonly Step[]): boolean {
  return steps.some(
    (step) => typeof step !== 'number' && (step.kind === 'transaction' || hasTransaction(step.steps)),
  );
}
