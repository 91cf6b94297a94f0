import type { Entry } from './identity-table.ts';

/** Looks whether the acked messages of a thread stand in each partition as they were sent. */
export class OrderCheck {
  readonly #lastOffsets = new Map<number, number>();
  #holds = true;

  get holds(): boolean {
    return this.#holds;
  }

  /** @param entry the next one that the thread sent */
  add({ outcome, place }: Entry): void {
    if (outcome !== 'acked' || place === null) return;
    const { partition, offset } = place;
    if (offset < (this.#lastOffsets.get(partition) ?? 0)) this.#holds = false;
    this.#lastOffsets.set(partition, offset);
  }
}

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
