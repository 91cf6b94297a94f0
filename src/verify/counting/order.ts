import type { Place } from '../../queue/message.ts';
import type { Entry } from './entry.ts';

/**
 * Checks whether the acknowledged messages of a thread are in the order in which they were sent. Compares only
 * messages of the same partition.
 */
export class OrderCheck {
  readonly #lastOffsets = new Map<number, number>();
  #holds = true;

  get holds(): boolean {
    return this.#holds;
  }

  /**
   * Adds a message to the check.
   * @param entry the message that the thread sent next
   */
  add({ outcome, place, elsewhere }: Entry): void {
    if (outcome !== 'acked' || place === null) return;
    this.addPlace(place);
    for (const copy of elsewhere) this.addPlace(copy);
  }

  /** Adds the position of the acknowledged message that the thread sent next. */
  addPlace({ partition, offset }: Place): void {
    if (offset < (this.#lastOffsets.get(partition) ?? 0)) this.#holds = false;
    this.#lastOffsets.set(partition, offset);
  }
}

/**
 * Finds acknowledged messages that were delivered after a message that their thread sent later. Compares only messages
 * of the same partition. If a message has copies in several partitions, each copy must be late, because a consumer may
 * have read any copy first.
 * @param backwards the messages of one thread, the last one first
 */
function* outOfOrder(backwards: Iterable<Entry>): Generator<Entry> {
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

/**
 * Counts the late messages of one thread, and returns the first `limit` of them, in the order in which they were sent.
 */
export function lateMessages(
  backwards: Iterable<Entry>,
  limit: number,
): { readonly count: number; readonly earliest: readonly Entry[] } {
  const earliest: Entry[] = [];
  let count = 0;
  for (const entry of outOfOrder(backwards)) {
    count++;
    earliest.unshift(entry);
    if (earliest.length > limit) earliest.pop();
  }
  return { count, earliest };
}
