import { capacityPerSecond } from '../../size/service/service.ts';
import type { Work } from '../../size/service/work.ts';

/** What one instance can do. */
export interface InstanceCapacity {
  readonly ratePerSecond: number | null;
  readonly concurrency: number;
  readonly work: Work | null;
}

const LEAST_PER_SLOT = 2;
/** A queue answers and forgets a message within that, deletions included, also in another region. */
const ROUND_TRIPS_SECONDS = 0.5;
const MOST_AHEAD = 1_000;

/**
 * How many messages an instance has in flight at most. By Little's law a rate needs as many as it takes during the round
 * trips to the queue; with fewer the instance waits for messages although the queue holds some.
 */
export function inFlightLimit(instance: InstanceCapacity): number {
  const { concurrency, ratePerSecond, work } = instance;
  const isUnbound = ratePerSecond === null && work === null;
  const perSecond = isUnbound
    ? Number.POSITIVE_INFINITY
    : capacityPerSecond({ ...instance, instances: 1, outages: [] });
  const ahead = Math.min(MOST_AHEAD, Math.ceil(perSecond * ROUND_TRIPS_SECONDS));
  return Math.max(LEAST_PER_SLOT * concurrency, concurrency + ahead);
}
