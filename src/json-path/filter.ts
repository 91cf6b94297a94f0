import type { Comparison, Condition, Literal, Operator, Path } from './path.ts';
import { JavaNumber, type Value } from './value.ts';

/** Reads the value at a path of an element. Undefined if the path leads nowhere. */
export type ReadElement = (path: Path) => Value | undefined;

/** Whether an element of an array meets the condition of a filter (Jayway's EvaluatorFactory.java). */
export function accepts({ join, comparisons }: Condition, read: ReadElement): boolean {
  const holds = (comparison: Comparison) => isTrue(comparison, read);
  return join === 'and' ? comparisons.every(holds) : comparisons.some(holds);
}

function isTrue({ path, test }: Comparison, read: ReadElement): boolean {
  const actual = read(path);
  if (test === null) return actual !== undefined;
  if (actual === undefined) return test.operator === '!=';
  return compared(actual, test.operator, test.literal);
}

function compared(actual: Value, operator: Operator, literal: Literal): boolean {
  if (operator === '==') return isSame(actual, literal);
  if (operator === '!=') return !isSame(actual, literal);
  const order = orderOf(actual, literal);
  if (order === null) return false;
  if (order === 0) return operator === '<=' || operator === '>=';
  return order < 0 === operator.startsWith('<');
}

/** A number and a text are the same if they are the same number (Jayway's ValueNodes.java). */
function isSame(actual: Value, literal: Literal): boolean {
  if (actual instanceof JavaNumber)
    return literal instanceof JavaNumber
      ? actual.value === literal.value
      : typeof literal === 'string' && actual.value === numberOf(literal);
  if (typeof actual === 'string')
    return literal instanceof JavaNumber ? actual === literal.written : actual === literal;
  return actual === literal;
}

function orderOf(actual: Value, literal: Literal): number | null {
  if (actual instanceof JavaNumber && literal instanceof JavaNumber) return actual.value - literal.value;
  if (typeof actual !== 'string' || typeof literal !== 'string') return null;
  return actual < literal ? -1 : actual > literal ? 1 : 0;
}

function numberOf(text: string): number {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
