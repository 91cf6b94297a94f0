import type { RateSchedule } from '../samples/rate-kept.ts';
import { stagesOf } from './groups/stages.ts';
import type { Plan, ThreadGroup } from './plan.ts';
import { isPause } from './timers/timer.ts';

/**
 * Returns the time at which the first thread can send its first request, in milliseconds since the start of the run. The
 * schedule of a rate begins at this time, so the first threads do not have to make up for requests that were due before.
 */
export function scheduleStartMs(plan: Pick<Plan, 'threadGroups'>): number {
  const sending = sendingGroups(plan);
  const groups = sending.length > 0 ? sending : plan.threadGroups;
  return Math.min(...groups.map((group) => (group.startDelayMs ?? 0) + firstThinkTimeMs(group)));
}

/** Returns the thread groups that can send. The other groups end before their first think time is over. */
export function sendingGroups({ threadGroups }: Pick<Plan, 'threadGroups'>): readonly ThreadGroup[] {
  return threadGroups.filter(
    (group) => group.durationMs === null || firstThinkTimeMs(group) < group.durationMs,
  );
}

/** The shortest think time before the first request. */
function firstThinkTimeMs({ requests: [first] }: ThreadGroup): number {
  return (first?.timers ?? []).reduce((sum, timer) => sum + (isPause(timer) ? timer.delayMs : 0), 0);
}

/**
 * Returns how many requests are due at the plan's rate, and for how long. Null if the plan has no rate. A group with
 * both loops and a duration ends as soon as one of the two ends.
 */
export function rateSchedule(plan: Plan): RateSchedule | null {
  const { rate } = plan;
  if (rate === null) return null;
  const startMs = scheduleStartMs(plan);
  let samples: number | null = 0;
  let durationMs: number | null = 0;
  for (const group of sendingGroups(plan)) {
    const { loops, threads, requests, flow, startDelayMs = 0, durationMs: lasts } = group;
    // Only the run shows how many requests controllers send.
    const ofGroup = loops === null || flow !== undefined ? null : threads * loops * requests.length;
    samples = samples === null || ofGroup === null ? null : samples + ofGroup;
    durationMs =
      lasts === null || durationMs === null ? null : Math.max(durationMs, startDelayMs + lasts - startMs);
  }
  return { ratePerSecond: rate, samples, durationMs };
}

/** Returns the duration of the plan. Null if the plan ends after its loops, or runs until it is stopped. */
export function plannedMs(plan: Plan): number | null {
  const stages = stagesOf(plan, plan.threadGroups).map(({ groups }) => Math.max(...groups.map(latestEndMs)));
  const total = stages.reduce((sum, ms) => sum + ms, 0);
  return Number.isFinite(total) ? total : null;
}

/** The time at which the last thread of a group ends. Infinity if time does not end the group. */
function latestEndMs({ durationMs, startDelayMs = 0, schedule }: ThreadGroup): number {
  if (schedule !== undefined) return schedule.reduce((latest, { endMs }) => Math.max(latest, endMs), 0);
  return durationMs === null ? Number.POSITIVE_INFINITY : startDelayMs + durationMs;
}
