import type { Place } from '../../queue/queue.ts';
import { isSamePlace } from './slots/slot-pages.ts';

/** Maximum number of different copies that are kept. */
const MAX_COPIES = 2 ** 16;

/** A message whose identity was seen before with another send time. */
export interface EarlyCopy {
  readonly sentAtMs: number;
  /** The first place in each partition where a copy of exactly this message was seen. */
  readonly places: Place[];
  /** Number of copies. */
  seen: number;
  /** Whether a proxy added fields to a copy. */
  isEnriched: boolean;
}

/**
 * Keeps messages of a live reader until their rows are read. Only the row shows which of several messages belongs to
 * the run.
 */
export class EarlyCopies {
  readonly #bySlot = new Map<number, EarlyCopy[]>();
  #count = 0;

  /** @returns false if the limit is reached */
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

  /** Takes the remaining copies, whose identities have no row. */
  *takeRest(): Generator<EarlyCopy> {
    for (const copies of this.#bySlot.values()) yield* copies;
    this.#bySlot.clear();
  }
}
