import { type Capacity, startsPerSecond, workOf } from '../../capacity/capacity.ts';
import type { Outage } from '../../capacity/outages.ts';
import { meanWorkMs } from '../../capacity/work.ts';
import { meanAttempts } from './attempts.ts';

/**
 * The consumers behind the queue. They take messages in the order of arrival. Outages use the clock of the arrivals.
 * Interrupted work continues after an outage.
 */
export interface Service extends Capacity {
  /** Number of attempts before a message is given up. */
  readonly maxAttempts: number;
}

/** The simplest service: one server with a rate. */
export function serviceOfRate(ratePerSecond: number, outages: readonly Outage[] = []): Service {
  return { ratePerSecond, instances: 1, concurrency: 1, work: null, failShare: 0, outages, maxAttempts: 1 };
}

/** Messages that all instances together process per second, outages aside. */
export function capacityPerSecond(service: Service): number {
  const perSecond = startsPerSecond(service);
  if (perSecond === null) throw new RangeError('The service has neither a rate nor work.');
  return perSecond / meanAttempts(service);
}

/** Mean work time of a message, retries included. */
export function meanServiceMs(service: Service): number {
  return meanWorkMs(workOf(service).work) * meanAttempts(service);
}

/** Share of the capacity during this working time that the messages use. */
export function utilisation(messages: number, service: Service, workingMs: number): number {
  if (messages === 0 || workingMs <= 0) return 0;
  return Math.min(1, (messages * 1000) / (capacityPerSecond(service) * workingMs));
}
