import type { Senders } from '../arrivals/senders.ts';
import type { DirectService } from '../service/accepting-service.ts';

/** Returns threads that start at the same time and end after their loops. */
export function senders(threads: number, requests: number, ratePerSecond: number | null = null): Senders {
  const forever = Number.POSITIVE_INFINITY;
  const thread = { startMs: 0, requests, endMs: forever, thinkMs: [0], patienceMs: [forever] };
  return { threads: Array(threads).fill(thread), ratePerSecond, scheduleStartMs: 0, goOnAfterFailure: true };
}

/** Returns the same senders, but with an end time: their threads send nothing from this time on. */
export function during({ threads, ...others }: Senders, endMs: number): Senders {
  return { ...others, threads: threads.map((thread) => ({ ...thread, endMs })) };
}

/** Returns the same senders, but each thread waits at most this long for an answer. */
export function impatient({ threads, ...others }: Senders, patienceMs: number): Senders {
  return { ...others, threads: threads.map((thread) => ({ ...thread, patienceMs: [patienceMs] })) };
}

export function service(options: Partial<DirectService>): DirectService {
  return {
    instances: 1,
    ratePerSecond: null,
    work: null,
    concurrency: 1,
    failShare: 0,
    outages: [],
    maxAttempts: 1,
    acceptQueue: 1_000,
    timeoutMs: 60_000,
    ...options,
  };
}

export const work = (ms: number) => ({ kind: 'constant', ms }) as const;
