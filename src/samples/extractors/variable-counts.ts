import type { Variables } from './extract.ts';

/**
 * The most variables that an extractor removes because an earlier sample may have set them. Only a variable that the test
 * plan sets itself can have a greater number.
 */
const MOST = 10_000_000;

/** Returns the number in a variable, as Java's Integer.parseInt reads it. 0 if the variable is no number. */
export function countOf(name: string, variables: Variables): number {
  const text = variables.get(name) ?? '';
  return /^[+-]?\d{1,10}$/.test(text) ? Math.min(Number(text), MOST) : 0;
}

/** Returns the number in a variable, and removes the variable. */
export function takenCount(name: string, variables: Variables): number {
  const count = countOf(name, variables);
  variables.delete(name);
  return count;
}
