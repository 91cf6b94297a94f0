/**
 * Epoch milliseconds with microseconds. The last digit is odd, so that the number is always written with the
 * same number of digits.
 */
export function sentAtMs(now: number): number {
  const microseconds = Math.floor((performance.timeOrigin + now) * 1000);
  return (microseconds - (microseconds % 2) + 1) / 1000;
}
