import type { Plan, Request, ThreadGroup } from '../../plan/plan.ts';

/** Threads that each send their next request after the answer to the last one. */
export interface Senders {
  readonly threads: readonly SenderThread[];
  /** Rate of all threads together. Null if each thread sends as soon as it can. */
  readonly ratePerSecond: number | null;
  /** Whether a thread continues after a failed request. */
  readonly goOnAfterFailure: boolean;
}

export interface SenderThread {
  readonly startMs: number;
  /** Infinite if only the duration ends the thread. */
  readonly requests: number;
  /** Nothing is sent from this time on. Infinite if only the number of requests ends the thread. */
  readonly endMs: number;
  /** Mean wait before each request of a loop. */
  readonly thinkMs: readonly number[];
}

/** Threads of a plan, sorted by start time. */
export function sendersOf({ threadGroups, rate }: Plan): Senders {
  return {
    threads: threadGroups.flatMap(threadsOf).sort((a, b) => a.startMs - b.startMs),
    ratePerSecond: rate,
    goOnAfterFailure: threadGroups.every(({ onSampleError }) => onSampleError === 'continue'),
  };
}

/** A thread never starts after the end of its group. Source: JMeter's ThreadGroup.start. */
function threadsOf(group: ThreadGroup): SenderThread[] {
  const { threads, loops, durationMs, rampUpMs, requests, startDelayMs = 0 } = group;
  const endMs = durationMs === null ? Number.POSITIVE_INFINITY : startDelayMs + durationMs;
  const delayMs = Math.round(rampUpMs / threads);
  return Array.from({ length: threads }, (_, index) => ({
    startMs: Math.max(startDelayMs, index * delayMs),
    requests: (loops ?? Number.POSITIVE_INFINITY) * requests.length,
    endMs,
    thinkMs: requests.map(meanThinkTimeMs),
  })).filter(({ startMs }) => startMs < endMs);
}

/** Largest possible number of requests. Infinite if a thread without a rate ends only by time. */
export function mostRequests({ threads, ratePerSecond }: Senders): number {
  const byLoops = threads.reduce((sum, { requests }) => sum + requests, 0);
  if (ratePerSecond === null) return byLoops;
  const endMs = threads.reduce((latest, thread) => Math.max(latest, thread.endMs), 0);
  return Math.min(byLoops, Math.ceil((ratePerSecond * endMs) / 1000));
}

/** Mean time that the timers of a request make a thread wait. */
export function meanThinkTimeMs({ timers = [] }: Request): number {
  return timers.reduce((sum, { delayMs, rangeMs }) => sum + delayMs + rangeMs / 2, 0);
}
