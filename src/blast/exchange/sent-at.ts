/**
 * Epoch milliseconds with microseconds. The last digit is odd, so it is never a trailing zero. The text therefore always
 * has the same number of digits.
 */
export function sentAtMs(now: number): number {
  const microseconds = Math.floor((performance.timeOrigin + now) * 1000);
  return (microseconds - (microseconds % 2) + 1) / 1000;
}
