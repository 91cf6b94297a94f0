/** A count with thousands separators: 12,345. */
export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

/** Three digits, because HdrHistogram keeps no more: 0.42, 12.3, 1,234. */
export function formatMs(ms: number): string {
  if (ms >= 100) return formatCount(Math.round(ms));
  return ms.toFixed(ms >= 10 ? 1 : 2);
}
