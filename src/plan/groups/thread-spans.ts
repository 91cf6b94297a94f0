import type { GroupTimes, ThreadSpan } from './group-fields.ts';

export interface TimedGroup extends GroupTimes {
  readonly threads: number;
  readonly rampUpMs: number;
  readonly durationMs: number | null;
}

/** Whether loops or time end the threads of a group. */
export function hasEnd({
  loops,
  durationMs,
  schedule,
}: TimedGroup & { readonly loops: number | null }): boolean {
  return loops !== null || durationMs !== null || schedule !== undefined;
}

/**
 * Returns when each thread of a group starts and ends. `endMs` is Infinity if time does not end the thread. A thread that
 * would start after its end is not started.
 */
export function threadSpansOf(group: TimedGroup): (ThreadSpan & { readonly index: number })[] {
  const { threads, startDelayMs = 0, durationMs, schedule } = group;
  const endMs = durationMs === null ? Number.POSITIVE_INFINITY : startDelayMs + durationMs;
  const spans =
    schedule ?? Array.from({ length: threads }, (_, index) => ({ startMs: startOf(group, index), endMs }));
  return spans.map((span, index) => ({ ...span, index })).filter((span) => span.startMs < span.endMs);
}

function startOf({ threads, rampUpMs, startDelayMs = 0, delayedStart }: TimedGroup, index: number): number {
  if (delayedStart) return startDelayMs + lateStartMs(rampUpMs, threads, index);
  // A thread waits for the delay, and then for its part of the ramp-up (JMeterThread.java, initRun).
  return startDelayMs + threadStartMs(rampUpMs, threads, index);
}

/**
 * Returns the time at which a thread starts. `index` counts from 0. Source: JMeter's ThreadGroup.start,
 * `perThreadDelayInMillis`.
 */
export function threadStartMs(rampUpMs: number, threads: number, index: number): number {
  return index * Math.round(rampUpMs / threads);
}

/** Returns the time at which a thread of a group with delayed start starts. Source: JMeter's ThreadGroup.ThreadStarter. */
function lateStartMs(rampUpMs: number, threads: number, index: number): number {
  return index === 0 ? 0 : Math.round((rampUpMs * index) / (threads - 1));
}
