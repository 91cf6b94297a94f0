import type { FilledText } from './filled-text.ts';
import type { ThreadVariables } from './thread-variables.ts';

/** Finds the values of properties, variables and functions. */
export interface Scope {
  /** JMeter's properties, which are set with `-J`. */
  readonly properties: Readonly<Record<string, string>>;
  /**
   * Returns the value of a variable that keeps its value during the test. Null for every other name.
   */
  readonly variable: (name: string) => FilledText | null;
  /**
   * The variables that JMeter has in its threads, and qbl has not, because their values are part of the plan. Absent if
   * there are none.
   */
  readonly notInThreads?: ReadonlySet<string>;
  /** Finds values that change from message to message. Null for a text that has only one value during the test. */
  readonly message: MessageScope | null;
  /**
   * The variables of JMeter before it starts threads, if JMeter evaluates the text then, and only once. Null in the element
   * TestPlan, where JMeter has no variables yet.
   */
  readonly beforeThreads?: { readonly variables: ThreadVariables | null };
  /** How often __eval has evaluated a text again. Absent for a text that is not from __eval. */
  readonly depth?: number;
}

/** Adds to the plan the variables that replace JMeter functions. Each call returns the name of a new variable. */
export interface MessageScope {
  uuid(): string;
  /** A counter from 1 that all threads share. */
  counter(): string;
}
