import { QblError } from '../../error.ts';
import { threadSpansOf } from '../../plan/groups/thread-spans.ts';
import type { Plan, Request, ThreadGroup } from '../../plan/plan.ts';
import { scheduleStartMs } from '../../plan/schedule.ts';
import { isPause } from '../../plan/timers/timer.ts';

/** Threads that send requests. Each thread sends its next request after the answer to the previous one. */
export interface Senders {
  readonly threads: readonly SenderThread[];
  /** Requests per second of all threads together. Null if each thread sends as soon as it can. */
  readonly ratePerSecond: number | null;
  /** Time at which the schedule of the rate begins. */
  readonly scheduleStartMs: number;
  readonly goOnAfterFailure: boolean;
}

export interface SenderThread {
  readonly startMs: number;
  /** Number of requests of the thread. Infinity if only the duration limits the thread. */
  readonly requests: number;
  /** The thread sends nothing from this time on. Infinity if only the number of requests ends the thread. */
  readonly endMs: number;
  /** Mean waiting time before each request of a loop. */
  readonly thinkMs: readonly number[];
  /** Longest time that the thread waits for the answer to each request of a loop. Infinity for no limit. */
  readonly patienceMs: readonly number[];
}

/** Returns the threads of a plan, sorted by start time. */
export function sendersOf(plan: Plan): Senders {
  const { threadGroups, rate } = plan;
  return {
    threads: threadGroups.flatMap(threadsOf).sort((a, b) => a.startMs - b.startMs),
    ratePerSecond: rate,
    scheduleStartMs: scheduleStartMs(plan),
    goOnAfterFailure: threadGroups.every(({ onSampleError }) => onSampleError === 'continue'),
  };
}

function threadsOf(group: ThreadGroup): SenderThread[] {
  const { loops, requests } = group;
  return threadSpansOf(group).map(({ startMs, endMs }) => ({
    startMs,
    requests: (loops ?? Number.POSITIVE_INFINITY) * requests.length,
    endMs,
    thinkMs: requests.map(meanThinkTimeMs),
    // In a plan, a time-out of 0 means that the thread waits for an answer without a limit.
    patienceMs: requests.map(({ timeoutMs }) => timeoutMs || Number.POSITIVE_INFINITY),
  }));
}

/** Largest possible number of requests. Infinity if a thread without a rate is ended only by time. */
export function mostRequests({ threads, ratePerSecond, scheduleStartMs: startMs }: Senders): number {
  const byLoops = threads.reduce((sum, { requests }) => sum + requests, 0);
  if (ratePerSecond === null) return byLoops;
  const endMs = threads.reduce((latest, thread) => Math.max(latest, thread.endMs), startMs);
  return Math.min(byLoops, Math.ceil((ratePerSecond * (endMs - startMs)) / 1000));
}

/**
 * Mean time that the timers of a request make its thread wait.
 * @throws QblError 'usage' if the mean depends on the run
 */
export function meanThinkTimeMs({ name, timers = [] }: Request): number {
  return timers.reduce((sum, timer) => {
    if (!isPause(timer)) throw unknownTime(name);
    return sum + timer.delayMs + timer.rangeMs / 2;
  }, 0);
}

function unknownTime(request: string): QblError {
  return new QblError('usage', `request '${request}': qbl cannot predict the waiting time of its timers`, {
    hint: 'Use a plan whose timers are only constant and uniform random timers.',
  });
}
