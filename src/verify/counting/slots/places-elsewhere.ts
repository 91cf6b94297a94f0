import type { Place } from '../../../queue/message.ts';
import { tooMany } from './slot-pages.ts';

/** Maximum number of positions that are kept. Each takes sixteen bytes. */
const MAX_PLACES = 2 ** 24;
const NOWHERE: readonly Place[] = [];

/**
 * For messages with copies in several partitions: the positions of the copies that were not read first. Partitions are
 * read at the same time, so any of the copies can be the one that is read first. A message is out of order only if all
 * its copies are out of order.
 */
export class PlacesElsewhere {
  #slots = new Uint32Array(64);
  #partitions = new Uint32Array(64);
  #offsets = new Float64Array(64);
  #count = 0;
  /**
   * For each slot for which `forget` was called: how many positions, of all slots together, were recorded before the
   * last call. Of these positions, those of this slot no longer count.
   */
  readonly #forgotten = new Map<number, number>();
  /**
   * The indices of the recorded positions, sorted by slot, partition and time of recording. Null if a position was
   * added after the last sort.
   */
  #sorted: Uint32Array | null = null;

  add(slot: number, { partition, offset }: Place): void {
    if (this.#count === MAX_PLACES) throw tooMany();
    if (this.#count === this.#slots.length) this.#grow();
    this.#slots[this.#count] = slot;
    this.#partitions[this.#count] = partition;
    this.#offsets[this.#count] = offset;
    this.#count++;
    this.#sorted = null;
  }

  /**
   * Forgets the positions of the message in this slot. Call this when the copies at these positions turn out to belong
   * to another message.
   */
  forget(slot: number): void {
    if (this.#count > 0) this.#forgotten.set(slot, this.#count);
  }

  /** For the message in this slot, returns its first position in each partition with recorded copies. */
  of(slot: number): readonly Place[] {
    if (this.#count === 0) return NOWHERE;
    this.#sorted ??= this.#sort();
    const forgotten = this.#forgotten.get(slot) ?? 0;
    const places: Place[] = [];
    for (const number of this.#sorted.subarray(this.#firstOf(slot, this.#sorted))) {
      if (this.#slots[number] !== slot) break;
      const [partition = 0, offset = 0] = [this.#partitions[number], this.#offsets[number]];
      if (number >= forgotten && places.at(-1)?.partition !== partition) places.push({ partition, offset });
    }
    return places;
  }

  #firstOf(slot: number, sorted: Uint32Array): number {
    let [from, to] = [0, sorted.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#slots[sorted[middle] ?? 0] ?? 0) < slot) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #sort(): Uint32Array {
    const [slots, partitions] = [this.#slots, this.#partitions];
    const at = (numbers: Uint32Array, number: number) => numbers[number] ?? 0;
    return Uint32Array.from({ length: this.#count }, (_, number) => number).sort(
      (a, b) => at(slots, a) - at(slots, b) || at(partitions, a) - at(partitions, b) || a - b,
    );
  }

  #grow(): void {
    const larger = <Numbers extends Uint32Array | Float64Array>(numbers: Numbers, into: Numbers) => {
      into.set(numbers);
      return into;
    };
    const length = 2 * this.#count;
    this.#slots = larger(this.#slots, new Uint32Array(length));
    this.#partitions = larger(this.#partitions, new Uint32Array(length));
    this.#offsets = larger(this.#offsets, new Float64Array(length));
  }
}
