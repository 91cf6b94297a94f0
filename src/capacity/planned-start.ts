/**
 * If an attempt starts late by at most this time, the later start times stay the same. After a longer delay, the
 * schedule begins again at the present time.
 */
const CATCHES_UP_MS = 20;

/**
 * Returns the time from which the next start of an instance with a rate is counted. A late start does not delay later
 * starts, because timers fire late. So an instance also makes up for starts that it missed while work took longer, but
 * for at most 20 ms. Services that run and services that a model simulates follow this same rule.
 * @param plannedMs earliest time of this start by the rate
 * @param startMs present time, or the time of this start in a model
 */
export function plannedStartMs(plannedMs: number, startMs: number): number {
  return plannedMs < startMs - CATCHES_UP_MS ? startMs : plannedMs;
}
