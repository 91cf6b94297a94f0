import type { FilledText } from './filled-text.ts';

/** A variable that the plan defines itself. */
export type PlanVariable =
  /** A version 4 UUID for each message. */
  { readonly kind: 'uuid'; readonly name: string } | PlanCounter | PlanText;

/** A text that is evaluated for each message, with the variables of the thread. */
export interface PlanText {
  readonly kind: 'text';
  readonly name: string;
  readonly text: FilledText;
}

/** One number for each loop of a thread. Source: JMeter's CounterConfig. */
export interface PlanCounter {
  readonly kind: 'counter';
  readonly name: string;
  readonly start: number;
  /** The counter starts again above this number. Null if it never starts again. */
  readonly end: number | null;
  readonly increment: number;
  /** A pattern of Java's DecimalFormat such as `user-000`. Empty for the plain number. */
  readonly format: string;
  /** True if each thread counts for itself. False if all threads share one counter. */
  readonly perThread: boolean;
}
