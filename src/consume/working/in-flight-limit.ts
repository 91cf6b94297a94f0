import { type Capacity, startsPerSecond } from '../../capacity/capacity.ts';

const LEAST_PER_SLOT = 2;
/** A queue answers and forgets a message within that, deletions included, also in another region. */
const ROUND_TRIPS_SECONDS = 0.5;
const MOST_AHEAD = 1_000;

/**
 * How many messages an instance has in flight at most. By Little's law a rate needs as many as it takes during the round
 * trips to the queue; with fewer the instance waits for messages although the queue holds some.
 */
export function inFlightLimit(capacity: Pick<Capacity, 'ratePerSecond' | 'concurrency' | 'work'>): number {
  const { concurrency } = capacity;
  const perSecond = startsPerSecond({ ...capacity, instances: 1 }) ?? Number.POSITIVE_INFINITY;
  const ahead = Math.min(MOST_AHEAD, Math.ceil(perSecond * ROUND_TRIPS_SECONDS));
  return Math.max(LEAST_PER_SLOT * concurrency, concurrency + ahead);
}
