import { formatCount } from '../count.ts';

export { formatCount } from '../count.ts';

/** Writes milliseconds with three digits, such as 0.42, 12.3 or 1,234. HdrHistogram keeps no more digits. */
export function formatMs(ms: number): string {
  if (ms >= 100) return formatCount(Math.round(ms));
  return ms.toFixed(ms >= 10 ? 1 : 2);
}
