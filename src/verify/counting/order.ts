import type { Place } from '../../queue/queue.ts';
import type { Entry } from './identity-table.ts';

/** Looks whether the acked messages of a thread stand in each partition as they were sent. */
export class OrderCheck {
  readonly #lastOffsets = new Map<number, number>();
  #holds = true;

  get holds(): boolean {
    return this.#holds;
  }

  /** @param entry the next one that the thread sent */
  add({ outcome, place, elsewhere }: Entry): void {
    if (outcome !== 'acked' || place === null) return;
    this.#addPlace(place);
    for (const copy of elsewhere) this.#addPlace(copy);
  }

  #addPlace({ partition, offset }: Place): void {
    if (offset < (this.#lastOffsets.get(partition) ?? 0)) this.#holds = false;
    this.#lastOffsets.set(partition, offset);
  }
}

/**
 * Finds the acked messages that were delivered after one that the same thread sent later, within a partition. A message
 * with copies in several partitions has to be late in each, because a consumer may have seen any of them first.
 * @param backwards the entries of one thread, the last one sent first
 */
export function* outOfOrder(backwards: Iterable<Entry>): Generator<Entry> {
  const earliestOfLater = new Map<number, number>();
  const earliestIn = (partition: number) => earliestOfLater.get(partition) ?? Number.POSITIVE_INFINITY;
  for (const entry of backwards) {
    if (entry.outcome !== 'acked' || entry.place === null) continue;
    const places = [entry.place, ...entry.elsewhere];
    if (places.every(({ partition, offset }) => offset > earliestIn(partition))) yield entry;
    for (const { partition, offset } of places) {
      earliestOfLater.set(partition, Math.min(offset, earliestIn(partition)));
    }
  }
}
