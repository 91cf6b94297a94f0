import type { Plan, Request, ThreadGroup } from '../../plan/plan.ts';

/** Threads that each send their next request once they were answered. */
export interface Senders {
  readonly threads: readonly SenderThread[];
  /** Of all threads together; null: each sends as soon as it may. */
  readonly ratePerSecond: number | null;
  /** Whether a thread goes on as if nothing had happened after a request that failed. */
  readonly goOnAfterFailure: boolean;
}

export interface SenderThread {
  readonly startMs: number;
  /** Infinite where its time alone ends it. */
  readonly requests: number;
  /** Nothing is sent from then on; infinite where the number of requests alone ends it. */
  readonly endMs: number;
  /** Before each request of a loop, the mean. */
  readonly thinkMs: readonly number[];
}

/** The threads of a plan, in the order of their starts. */
export function sendersOf({ threadGroups, rate }: Plan): Senders {
  return {
    threads: threadGroups.flatMap(threadsOf).sort((a, b) => a.startMs - b.startMs),
    ratePerSecond: rate,
    goOnAfterFailure: threadGroups.every(({ onSampleError }) => onSampleError === 'continue'),
  };
}

/** A thread that is due after its group's end never starts. Source: JMeter's ThreadGroup.start. */
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

/** As many as there can be; infinite where time alone ends a thread that follows no rate. */
export function mostRequests({ threads, ratePerSecond }: Senders): number {
  const byLoops = threads.reduce((sum, { requests }) => sum + requests, 0);
  if (ratePerSecond === null) return byLoops;
  const endMs = threads.reduce((latest, thread) => Math.max(latest, thread.endMs), 0);
  return Math.min(byLoops, Math.ceil((ratePerSecond * endMs) / 1000));
}

/** What its timers want a thread to wait before it, on average. */
export function meanThinkTimeMs({ timers = [] }: Request): number {
  return timers.reduce((sum, { delayMs, rangeMs }) => sum + delayMs + rangeMs / 2, 0);
}
