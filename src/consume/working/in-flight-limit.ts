import { type Capacity, startsPerSecond } from '../../capacity/capacity.ts';

const LEAST_PER_SLOT = 2;
/** Time within which a queue delivers and deletes a message, even from another region. */
const ROUND_TRIPS_SECONDS = 0.5;
const MOST_AHEAD = 1_000;

/**
 * Largest number of messages in flight for an instance. By Little's law it needs the rate times the round trips to the
 * queue. With fewer, the instance would idle although messages wait in the queue.
 */
export function inFlightLimit(capacity: Pick<Capacity, 'ratePerSecond' | 'concurrency' | 'work'>): number {
  const { concurrency } = capacity;
  const perSecond = startsPerSecond({ ...capacity, instances: 1 }) ?? Number.POSITIVE_INFINITY;
  const ahead = Math.min(MOST_AHEAD, Math.ceil(perSecond * ROUND_TRIPS_SECONDS));
  return Math.max(LEAST_PER_SLOT * concurrency, concurrency + ahead);
}
