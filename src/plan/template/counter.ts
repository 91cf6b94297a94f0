import type { PlanCounter } from '../plan.ts';

/** Writes a number in the counter's format. */
export type FormatCount = (count: number) => number | string;

/** The supported part of Java's DecimalFormat: prefix, digits with leading zeros, suffix. */
const PATTERN = /^([^#0.,;%‰¤'"\\]*)#*(0*)([^#0.,;%‰¤'"\\E]*)$/;

/** Null if the pattern has more than a prefix, digits and a suffix. An empty pattern keeps the number a number. */
export function countFormat(pattern: string): FormatCount | null {
  if (pattern === '') return (count) => count;
  const match = PATTERN.exec(pattern);
  if (match === null || !/[#0]/.test(pattern)) return null;
  const [, prefix = '', zeros = '', suffix = ''] = match;
  return (count) =>
    `${count < 0 ? '-' : ''}${prefix}${String(Math.abs(count)).padStart(zeros.length, '0')}${suffix}`;
}

/**
 * The number at a step, counted from 0. The first number is the start, even if it is above the end. After that, a
 * number above the end is replaced by the start. Source: CounterConfig.java, iterationStart.
 */
export function countAt({ start, end, increment }: PlanCounter, step: number): number {
  if (end === null || increment === 0) return start + step * increment;
  const length = Math.max(1, Math.floor((end - start) / increment) + 1);
  return start + (step % length) * increment;
}
