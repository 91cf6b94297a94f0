import { type Capacity, startsPerSecond } from '../../capacity/capacity.ts';

const LEAST_PER_SLOT = 2;
/**
 * Estimate of the longest time that a queue takes to deliver and delete one message, even if the queue is in another
 * region.
 */
const ROUND_TRIPS_SECONDS = 0.5;
const MOST_AHEAD = 1_000;

/**
 * Returns the largest useful number of messages in flight for an instance. By Little's law, an instance needs its rate
 * times the time that the queue takes to deliver and delete a message. With fewer messages in flight, the instance
 * would be idle although messages wait.
 */
export function inFlightLimit(capacity: Pick<Capacity, 'ratePerSecond' | 'concurrency' | 'work'>): number {
  const { concurrency } = capacity;
  const perSecond = startsPerSecond({ ...capacity, instances: 1 }) ?? Number.POSITIVE_INFINITY;
  const ahead = Math.min(MOST_AHEAD, Math.ceil(perSecond * ROUND_TRIPS_SECONDS));
  return Math.max(LEAST_PER_SLOT * concurrency, concurrency + ahead);
}
