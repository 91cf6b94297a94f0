import type { Positions } from '../queue/queue.ts';

/** What is known of the queue from earlier, and shows when it is no longer the same. */
export interface Earlier {
  /** Where it ended before the first send; null: unknown. */
  readonly starts: Positions | null;
  /** Where verifications of the same runs have seen it end. */
  readonly ends: Positions;
}

/** Why reading did not begin where the runs did; null: it did, as far as that is known. */
export function begunLate(earlier: Earlier, start: Positions): string | null {
  for (const [partition, offset] of earlier.starts ?? []) {
    const begun = start.get(partition) ?? 0;
    if (begun > offset)
      return `partition ${partition} was read from ${begun}, and the run began at ${offset}`;
  }
  return null;
}

/**
 * Why a queue that was read to its end is not the one that the runs were sent to; null: it may well be.
 * @param firstOwn the first offset at which a message of the runs was seen
 * @param ends where the queue ends now
 */
export function madeAnew(earlier: Earlier, firstOwn: Positions, ends: Positions): string | null {
  for (const [partition, offset] of firstOwn) {
    const start = earlier.starts?.get(partition) ?? 0;
    if (offset < start) {
      return `partition ${partition} has messages of the run at ${offset}, before ${start} where it ended then: the topic was made anew, or the id used before`;
    }
  }
  for (const [partition, end] of earlier.ends) {
    const now = ends.get(partition) ?? 0;
    if (now < end) {
      return `partition ${partition} ends at ${now}, and ended at ${end} when it was verified before: the topic was made anew`;
    }
  }
  return null;
}
