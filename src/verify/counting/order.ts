import type { Place } from '../../queue/queue.ts';
import type { Entry } from './identity-table.ts';

/** Checks whether the acknowledged messages of a thread are in sending order within each partition. */
export class OrderCheck {
  readonly #lastOffsets = new Map<number, number>();
  #holds = true;

  get holds(): boolean {
    return this.#holds;
  }

  /** @param entry the next message that the thread sent */
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
 * Finds acknowledged messages that were delivered after a message that their thread sent later. Only messages of the
 * same partition are compared. A message with copies in several partitions must be late in each of them, because a
 * consumer may have read any copy first.
 * @param backwards the entries of one thread, starting with the last one sent
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
