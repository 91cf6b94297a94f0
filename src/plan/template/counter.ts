import type { PlanCounter } from '../language/plan-variables.ts';

/** Writes a number in the counter's format. */
export type FormatCount = (count: number) => number | string;

/** Matches the patterns of Java's DecimalFormat that qbl supports: prefix, digits with leading zeros, suffix. */
const PATTERN = /^([^#0.,;%‰¤'"\\]*)#*(0*)([^#0.,;%‰¤'"\\E]*)$/;

/**
 * Parses a pattern. Null if the pattern has more than a prefix, digits and a suffix. With an empty pattern, the
 * value stays a number.
 */
export function countFormat(pattern: string): FormatCount | null {
  if (pattern === '') return (count) => count;
  const match = PATTERN.exec(pattern);
  if (match === null || !/[#0]/.test(pattern)) return null;
  const [, prefix = '', zeros = '', suffix = ''] = match;
  return (count) =>
    `${count < 0 ? '-' : ''}${prefix}${String(Math.abs(count)).padStart(zeros.length, '0')}${suffix}`;
}

/**
 * Returns the value of a counter at a step, counted from 0. The first value is `start`, even if `start` is above
 * `end`. When a later value would be above `end`, the counter begins again at `start`. Source: CounterConfig.java,
 * iterationStart.
 */
export function countAt({ start, end, increment }: PlanCounter, step: number): number {
  if (end === null || increment === 0) return start + step * increment;
  const length = Math.max(1, Math.floor((end - start) / increment) + 1);
  return start + (step % length) * increment;
}
