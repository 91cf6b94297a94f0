import { mayLeaveOut, type Plan, rateSchedule } from '../../plan/plan.ts';
import type { RateKept, RateSchedule, SendTimes } from '../../samples/rate-kept.ts';
import type { Statistics } from '../../samples/summary/statistics.ts';

interface SentRequests {
  readonly sendTimes: SendTimes;
  readonly statistics: Statistics;
  /** Time at which the first request was due, in epoch milliseconds. */
  readonly dueFromMs: number;
  readonly endedMs: number;
  /** True if the sender ended cleanly, and neither a signal nor a failed request stopped all threads. */
  readonly isCompleted: boolean;
}

/** Compares the rate of a sender with the rate of its plan. Null if the plan has no rate. */
export function keptRate(sent: SentRequests, plan: Plan, tolerance: number): RateKept | null {
  const schedule = rateSchedule(plan);
  if (schedule === null) return null;
  const { sendTimes, dueFromMs, isCompleted } = sent;
  if (sent.statistics.failed === 0 || !mayLeaveOut(plan))
    return sendTimes.compare(schedule, dueFromMs, isCompleted, tolerance);
  // After a failed request, a thread skips requests or ends. These requests of the plan were never due.
  return sendTimes.compare(schedule, dueFromMs, isCompleted && lastedAsPlanned(sent, schedule), tolerance);
}

/** Timers can fire a millisecond early, and both times of a run are rounded down. */
const CLOCK_MS = 2;

/**
 * Whether a run lasted for its planned duration, and only the duration limits its requests. If the loops limit the
 * requests, skipped requests end the run early, and nothing was due after its last request.
 */
function lastedAsPlanned({ dueFromMs, endedMs }: SentRequests, schedule: RateSchedule): boolean {
  const { durationMs, samples, ratePerSecond } = schedule;
  if (durationMs === null || endedMs - dueFromMs < durationMs - CLOCK_MS) return false;
  return samples === null || (durationMs * ratePerSecond) / 1000 <= samples;
}
