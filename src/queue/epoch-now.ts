/** If the system's clock is ahead by more than this, the clock of the process has stopped, or the system's clock was set. */
const STEP_MS = 1_000;

let originMs = performance.timeOrigin;

/**
 * Returns the present time in epoch milliseconds, with a fraction. It never decreases. `performance.now()` alone stops
 * while the machine is suspended, and ignores that the system's clock is set. A service can run for days, so its clock
 * follows the system's clock forward.
 */
export function epochNow(): number {
  const elapsedMs = performance.now();
  const systemOriginMs = Date.now() - elapsedMs;
  if (systemOriginMs > originMs + STEP_MS) originMs = systemOriginMs;
  return originMs + elapsedMs;
}
