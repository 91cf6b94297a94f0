import type { Place } from '../../queue/message.ts';
import { isSamePlace } from './slots/slot-pages.ts';

/** Maximum number of different messages that are kept. */
const MAX_COPIES = 2 ** 16;

/**
 * Copies of a message that were read before the row of the message. A copy with another send time belongs to another
 * message.
 */
export interface EarlyCopy {
  readonly sentAtMs: number;
  /** For each partition, the position at which the message was first seen. */
  readonly places: Place[];
  /** Number of copies that were read. */
  seen: number;
  /** Whether a proxy added fields to one of the copies. */
  isEnriched: boolean;
}

/**
 * Keeps messages that arrive before their rows are read, as a live reader gets them. If messages have the same
 * identity but different send times, only the row shows which of them belongs to the run.
 */
export class EarlyCopies {
  readonly #bySlot = new Map<number, EarlyCopy[]>();
  #count = 0;

  /**
   * Adds a copy.
   * @returns false if the limit is reached
   */
  add(slot: number, sentAtMs: number, place: Place, isEnriched: boolean): boolean {
    const copies = this.#bySlot.get(slot) ?? [];
    const same = copies.find((copy) => Math.floor(copy.sentAtMs) === Math.floor(sentAtMs));
    if (same !== undefined) {
      if (same.places.some((known) => isSamePlace(known, place))) return true;
      same.seen++;
      same.isEnriched ||= isEnriched;
      if (same.places.every(({ partition }) => partition !== place.partition)) same.places.push(place);
      return true;
    }
    if (this.#count === MAX_COPIES) return false;
    this.#count++;
    copies.push({ sentAtMs, places: [place], seen: 1, isEnriched });
    this.#bySlot.set(slot, copies);
    return true;
  }

  take(slot: number): readonly EarlyCopy[] {
    if (this.#bySlot.size === 0) return [];
    const copies = this.#bySlot.get(slot) ?? [];
    this.#bySlot.delete(slot);
    return copies;
  }

  /** Removes and returns the copies that are left after the last row. Their identities have no row. */
  *takeRest(): Generator<EarlyCopy> {
    for (const copies of this.#bySlot.values()) yield* copies;
    this.#bySlot.clear();
  }
}
