/**
 * Returns epoch milliseconds with a fraction in microseconds. The last digit is odd, because a program could drop a
 * zero at the end. So the text always has the same number of digits.
 */
export function sentAtMs(now: number): number {
  const microseconds = Math.floor((performance.timeOrigin + now) * 1000);
  return (microseconds - (microseconds % 2) + 1) / 1000;
}

/** Returns epoch milliseconds without a fraction. */
export function wholeEpochMs(now: number): number {
  return Math.floor(performance.timeOrigin + now);
}

/**
 * Returns the time of a sample in whole milliseconds. Cuts start and end to whole milliseconds before it subtracts them,
 * as JMeter's SampleResult does. So start and time add up to the millisecond of the end.
 */
export function elapsedMsOf(startedAt: number, endedAt: number): number {
  return wholeEpochMs(endedAt) - wholeEpochMs(startedAt);
}
