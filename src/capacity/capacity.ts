import type { Outage } from './outages.ts';
import { meanWorkMs, type Work } from './work.ts';

/**
 * The capacity of a service, with or without a queue. Services that run and services that a model simulates use this
 * same type.
 */
export interface Capacity {
  /** Maximum number of attempts that one instance starts per second. Null if only the work limits the instance. */
  readonly ratePerSecond: number | null;
  readonly instances: number;
  /** Number of messages that one instance processes at the same time. */
  readonly concurrency: number;
  /** Time to process one message. Null if only the rate limits the service. */
  readonly work: Work | null;
  /** Share of attempts that fail, from 0 to 1. */
  readonly failShare: number;
  /** Periods in which no instance works, in order of time and without overlaps. */
  readonly outages: readonly Outage[];
}

type Steady = Omit<Capacity, 'failShare' | 'outages'>;

/**
 * Returns the work time and the concurrency of an instance. If no work is configured, the instance processes one
 * message at a time, and the rate determines the work time.
 */
export function workOf({
  ratePerSecond,
  work,
  concurrency,
}: Pick<Capacity, 'ratePerSecond' | 'work' | 'concurrency'>): { work: Work; concurrency: number } {
  if (work !== null) return { work, concurrency };
  if (ratePerSecond === null) throw new RangeError('The service has neither a rate nor work.');
  return { work: { kind: 'constant', ms: 1000 / ratePerSecond }, concurrency: 1 };
}

/**
 * Number of attempts that all instances together start per second, without regard to outages. Null if this number has
 * no limit.
 */
export function startsPerSecond(capacity: Steady): number | null {
  const { ratePerSecond, instances } = capacity;
  if (ratePerSecond === null && capacity.work === null) return null;
  const { work, concurrency } = workOf(capacity);
  const byWork = (1000 * concurrency) / meanWorkMs(work);
  return instances * Math.min(ratePerSecond ?? byWork, byWork);
}
