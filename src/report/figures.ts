/** Writes a count with thousands separators, such as 12,345. */
export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

/** Writes milliseconds with three digits, such as 0.42, 12.3 or 1,234. HdrHistogram keeps no more digits. */
export function formatMs(ms: number): string {
  if (ms >= 100) return formatCount(Math.round(ms));
  return ms.toFixed(ms >= 10 ? 1 : 2);
}
