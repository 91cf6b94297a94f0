import { type Capacity, startsPerSecond, workOf } from '../../capacity/capacity.ts';
import type { Outage } from '../../capacity/outages.ts';
import { meanWorkMs } from '../../capacity/work.ts';
import { meanAttempts } from './attempts.ts';

/**
 * The consumers behind the queue, which take messages in the order of arrival. Outages are on the clock of the
 * arrivals; the work in hand goes on after them.
 */
export interface Service extends Capacity {
  /** How often a message is tried before it is given up. */
  readonly maxAttempts: number;
}

/** One server of a rate: the simplest service. */
export function serviceOfRate(ratePerSecond: number, outages: readonly Outage[] = []): Service {
  return { ratePerSecond, instances: 1, concurrency: 1, work: null, failShare: 0, outages, maxAttempts: 1 };
}

/** Messages that all instances together process in a second, outages aside. */
export function capacityPerSecond(service: Service): number {
  const perSecond = startsPerSecond(service);
  if (perSecond === null) throw new RangeError('a service without a rate and without work');
  return perSecond / meanAttempts(service);
}

/** How long one message is in work on average, its further attempts included. */
export function meanServiceMs(service: Service): number {
  return meanWorkMs(workOf(service).work) * meanAttempts(service);
}

/** Share of the capacity of so much working time that the messages take. */
export function utilisation(messages: number, service: Service, workingMs: number): number {
  if (messages === 0 || workingMs <= 0) return 0;
  return Math.min(1, (messages * 1000) / (capacityPerSecond(service) * workingMs));
}
