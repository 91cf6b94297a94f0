import { type Capacity, startsPerSecond, workOf } from '../../capacity/capacity.ts';
import type { Outage } from '../../capacity/outages.ts';
import { meanWorkMs } from '../../capacity/work.ts';
import { meanAttempts } from './attempts.ts';

/**
 * The service behind the queue. It takes messages in the order of arrival. Times of outages are relative to the same
 * moment as the arrival times. After an outage, interrupted work continues.
 */
export interface Service extends Capacity {
  readonly maxAttempts: number;
}

/** Returns the simplest service: one server with a rate. */
export function serviceOfRate(ratePerSecond: number, outages: readonly Outage[] = []): Service {
  return { ratePerSecond, instances: 1, concurrency: 1, work: null, failShare: 0, outages, maxAttempts: 1 };
}

/** Number of messages that all instances together process per second. Outages do not count. */
export function capacityPerSecond(service: Service): number {
  const perSecond = startsPerSecond(service);
  if (perSecond === null) throw new RangeError('The service has neither a rate nor work.');
  return perSecond / meanAttempts(service);
}

/** Mean work time of a message, including its retries. */
export function meanServiceMs(service: Service): number {
  return meanWorkMs(workOf(service).work) * meanAttempts(service);
}

/**
 * Returns the share of the service's capacity that the messages need. Assumes that all messages arrive within
 * `workingMs`, and that each message takes its mean work time.
 */
export function utilisation(messages: number, service: Service, workingMs: number): number {
  const attempts = messages * meanAttempts(service);
  return usedShare({ attempts, workMs: messages * meanServiceMs(service) }, service, workingMs);
}

/**
 * Returns the share of the service's capacity that these attempts need during `workingMs`. If both rate and work limit
 * the service, returns the larger share.
 * @param used number of attempts, and their total time of work
 */
export function usedShare(
  used: { readonly attempts: number; readonly workMs: number },
  service: Service,
  workingMs: number,
): number {
  if (used.attempts === 0 || workingMs <= 0) return 0;
  const { ratePerSecond, instances } = service;
  const ofRate = ratePerSecond === null ? 0 : (used.attempts * 1000) / (instances * ratePerSecond);
  const ofSlots = used.workMs / (instances * workOf(service).concurrency);
  return Math.min(1, Math.max(ofRate, ofSlots) / workingMs);
}
