/** A deadline this many milliseconds from now, according to `performance.now()`. */
export function inMs(ms: number): number {
  return performance.now() + ms;
}
