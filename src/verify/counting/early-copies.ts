import type { Place } from '../../queue/queue.ts';
import { isSamePlace } from './slots/slot-pages.ts';

/** More are no longer told apart. */
const MAX_COPIES = 2 ** 16;

/** A message of an identity of which another one was seen first, sent at another time. */
export interface EarlyCopy {
  readonly sentAtMs: number;
  /** Of copies of this very message, the first one in each partition. */
  readonly places: Place[];
  /** How many copies there are. */
  seen: number;
  /** A proxy added fields to one of them. */
  isEnriched: boolean;
}

/** A live reader sees messages before their rows are read, and only the row decides which one is the run's. */
export class EarlyCopies {
  readonly #bySlot = new Map<number, EarlyCopy[]>();
  #count = 0;

  /** @returns false where there is no room for it */
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

  /** Those of identities that have no row. */
  *takeRest(): Generator<EarlyCopy> {
    for (const copies of this.#bySlot.values()) yield* copies;
    this.#bySlot.clear();
  }
}
