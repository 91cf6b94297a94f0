import type { Entry } from './identity-table.ts';

/**
 * Finds the acked messages that were delivered after one that the same thread sent later, within a partition.
 * @param backwards the entries of one thread, the last one sent first
 */
export function* outOfOrder(backwards: Iterable<Entry>): Generator<Entry> {
  const earliestOfLater = new Map<number, number>();
  for (const entry of backwards) {
    if (entry.outcome !== 'acked' || entry.place === null) continue;
    const { partition, offset } = entry.place;
    const earliest = earliestOfLater.get(partition) ?? Number.POSITIVE_INFINITY;
    if (offset > earliest) yield entry;
    earliestOfLater.set(partition, Math.min(offset, earliest));
  }
}
