/** Returns the time in epoch milliseconds, with microseconds as a fraction. */
export function nowMs(): number {
  return Date.now() + (performance.now() % 1);
}
