import { formatCount } from '../count.ts';

export { formatCount } from '../count.ts';

/** Writes milliseconds with three digits, such as 0.42, 12.3 or 1,234. HdrHistogram keeps no more digits. */
export function formatMs(ms: number): string {
  if (ms >= 100) return formatCount(Math.round(ms));
  return ms.toFixed(ms >= 10 ? 1 : 2);
}

/** Writes a lower bound, such as `at least 1,234.567`, with at most three decimals. Leaves other text as it is. */
export function lowerBoundText(text: string): string {
  // Cut-off decimals make the figure smaller, so the text stays true.
  return text.replace(
    /^at least (\d+)(\.\d{1,3})?\d*$/,
    (_, whole, decimals = '') => `at least ${formatCount(Number(whole))}${decimals}`,
  );
}
