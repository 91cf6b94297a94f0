import type { PlanCounter } from '../plan.ts';

/** Written as the counter's format says. */
export type FormatCount = (count: number) => number | string;

/** What of Java's DecimalFormat counts: text before, digits with leading zeros, text after. */
const PATTERN = /^([^#0.,;%‰¤'"\\]*)#*(0*)([^#0.,;%‰¤'"\\E]*)$/;

/** Null for a pattern that is more than text around digits. An empty one leaves the number a number. */
export function countFormat(pattern: string): FormatCount | null {
  if (pattern === '') return (count) => count;
  const match = PATTERN.exec(pattern);
  if (match === null || !/[#0]/.test(pattern)) return null;
  const [, prefix = '', zeros = '', suffix = ''] = match;
  return (count) =>
    `${count < 0 ? '-' : ''}${prefix}${String(Math.abs(count)).padStart(zeros.length, '0')}${suffix}`;
}

/**
 * The number at a step from 0. Source: CounterConfig.java, iterationStart: the first one is the start whatever the
 * end is, and instead of one above the end it begins again.
 */
export function countAt({ start, end, increment }: PlanCounter, step: number): number {
  if (end === null || increment === 0) return start + step * increment;
  const length = Math.max(1, Math.floor((end - start) / increment) + 1);
  return start + (step % length) * increment;
}
