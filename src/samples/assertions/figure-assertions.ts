import type { DurationAssertion, SizeAssertion, SizeOperator } from './assertion.ts';
import { type Check, PASSED } from './check.ts';

/** Source: DurationAssertion.java. */
export function durationCheck({ mostMs }: DurationAssertion): Check {
  return {
    needsBody: false,
    assumesSuccess: false,
    evaluate: ({ elapsedMs }) => {
      if (mostMs <= 0 || elapsedMs <= mostMs) return PASSED;
      const message = `The operation lasted too long: It took ${javaNumber(elapsedMs)} milliseconds, but should not have lasted longer than ${javaNumber(mostMs)} milliseconds.`;
      return { failed: true, message };
    },
  };
}

interface Comparison {
  readonly holds: (actual: number, size: number) => boolean;
  readonly words: string;
}

const COMPARISONS: Readonly<Record<SizeOperator, Comparison>> = {
  '=': { holds: (actual, size) => actual === size, words: 'been equal to' },
  '!=': { holds: (actual, size) => actual !== size, words: 'not been equal to' },
  '>': { holds: (actual, size) => actual > size, words: 'been greater than' },
  '<': { holds: (actual, size) => actual < size, words: 'been less than' },
  '>=': { holds: (actual, size) => actual >= size, words: 'been greater or equal to' },
  '<=': { holds: (actual, size) => actual <= size, words: 'been less than or equal to' },
};

/** Source: SizeAssertion.java. */
export function sizeCheck({ measured, operator, size }: SizeAssertion): Check {
  const { holds, words } = COMPARISONS[operator];
  return {
    needsBody: false,
    assumesSuccess: false,
    evaluate: (sample) => {
      const actual = sample.sizeOf(measured);
      if (holds(actual, size)) return PASSED;
      const message = `The result was the wrong size: It was ${javaNumber(actual)} bytes, but should have ${words} ${javaNumber(size)} bytes.`;
      return { failed: true, message };
    },
  };
}

/** Writes a whole number as Java's MessageFormat does in English. */
function javaNumber(value: number): string {
  return value.toLocaleString('en-US');
}
