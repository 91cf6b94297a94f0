/**
 * Writes a count with thousands separators, such as 12,345. Intl does the same, but loading it takes a fifth of the
 * time in which Node starts.
 */
export function formatCount(count: number): string {
  return Number.isInteger(count)
    ? String(count).replace(/\B(?=(\d{3})+$)/g, ',')
    : count.toLocaleString('en');
}
