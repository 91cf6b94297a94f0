import { canRunOut, mayLeaveOut, type Plan } from '../../plan/plan.ts';
import { rateSchedule } from '../../plan/schedule.ts';
import { isByFailures } from '../../report/verdict/ended-by-failures.ts';
import type { RateKept, RateSchedule, SendTimes } from '../../samples/rate-kept.ts';
import type { Statistics } from '../../samples/summary/statistics.ts';

/** The requests that a sender sent, and the times that limit them, in epoch milliseconds. */
export interface SentRequests {
  readonly sendTimes: SendTimes;
  readonly statistics: Statistics;
  /** The time at which the first request was due by the rate. */
  readonly dueFromMs: number;
  /** The time at which a user stopped the sender, such as with Ctrl-C. Null if no user stopped it. */
  readonly stoppedMs: number | null;
  readonly endedMs: number;
}

interface EndedRequests extends SentRequests {
  /** Why the sender ended, as in run.json. Null if the sender did not end cleanly. */
  readonly reason: string | null;
}

/** Compares the rate of a sender with the rate of its plan. Null if the plan has no rate. */
export function keptRate(
  { reason, ...requests }: EndedRequests,
  plan: Plan,
  tolerance: number,
): RateKept | null {
  const planned = rateSchedule(plan);
  if (planned === null) return null;
  // If failed requests ended the run, nothing was due any more when the user stopped the sender.
  const stoppedMs = reason !== null && isByFailures(reason) ? null : requests.stoppedMs;
  const sent = { ...requests, stoppedMs };
  const { sendTimes, dueFromMs } = sent;
  const schedule = untilStop(planned, sent);
  const lasted = reason === 'completed' || stoppedMs !== null;
  const isWhole = sent.statistics.failed === 0 || !mayLeaveOut(plan);
  if (isWhole && !canRunOut(plan)) return sendTimes.compare(schedule, dueFromMs, lasted, tolerance);
  // After a failed request or at the end of a file, a thread skips requests or ends. These requests of the plan were never due.
  return sendTimes.compare(schedule, dueFromMs, lasted && lastedAsPlanned(sent, schedule), tolerance);
}

/**
 * Ends the schedule when a user stops the sender. Until then requests are due, even if all threads wait for their
 * responses.
 */
function untilStop(schedule: RateSchedule, { dueFromMs, stoppedMs }: SentRequests): RateSchedule {
  if (stoppedMs === null) return schedule;
  const stoppedAfterMs = Math.max(0, stoppedMs - dueFromMs);
  return { ...schedule, durationMs: Math.min(schedule.durationMs ?? stoppedAfterMs, stoppedAfterMs) };
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
