/**
 * Returns epoch milliseconds with a fraction in microseconds. The last digit is odd, because a program could drop a
 * zero at the end. So the text always has the same number of digits.
 */
export function sentAtMs(now: number): number {
  const microseconds = Math.floor((performance.timeOrigin + now) * 1000);
  return (microseconds - (microseconds % 2) + 1) / 1000;
}
