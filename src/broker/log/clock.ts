const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Returns a log line that warns of a clock far behind the last append time. */
export function describeClock(aheadMs: number): string {
  return `the clock is ${duration(aheadMs)} behind the last append time. Until the clock catches up, new messages get the last append time, and their latencies are wrong. Delete the topic to avoid this.`;
}

function duration(timeMs: number): string {
  if (timeMs >= 2 * DAY_MS) return `${Math.floor(timeMs / DAY_MS)} days`;
  if (timeMs >= 2 * HOUR_MS) return `${Math.floor(timeMs / HOUR_MS)} hours`;
  return `${Math.ceil(timeMs / MINUTE_MS)} minutes`;
}
