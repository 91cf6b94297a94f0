/**
 * Writes epoch milliseconds with a fraction in microseconds. The last digit is odd, so it is never a zero
 * that a program could drop. The text therefore always has the same number of digits.
 */
export function sentAtMs(now: number): number {
  const microseconds = Math.floor((performance.timeOrigin + now) * 1000);
  return (microseconds - (microseconds % 2) + 1) / 1000;
}
