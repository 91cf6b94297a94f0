/** A deadline so long from now, by `performance.now()`. */
export function inMs(ms: number): number {
  return performance.now() + ms;
}
