import type { ThreadVariables } from './thread-variables.ts';

/** What a text can use while the test runs. */
export interface RunTimeScope {
  readonly variables: ThreadVariables;
  /** Returns the value of a variable of the plan's templates, such as `thread`. */
  readonly mention: (name: string) => string;
}
