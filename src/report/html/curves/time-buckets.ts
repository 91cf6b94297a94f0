/** Counters of one span of time, that of the next span can be added to. */
export interface Mergeable<T> {
  add(other: T): void;
}

export interface Bucket<T> {
  /** Milliseconds since the origin. */
  readonly fromMs: number;
  readonly value: T;
}

/**
 * Cuts time into buckets of one width, which doubles whenever there would be more than `most` of them: bounded
 * memory for a run of any length, in one reading.
 */
export class TimeBuckets<T extends Mergeable<T>> {
  readonly #most: number;
  readonly #create: () => T;
  #buckets: (T | undefined)[] = [];
  #widthMs: number;

  constructor(most: number, widthMs: number, create: () => T) {
    this.#most = most;
    this.#widthMs = widthMs;
    this.#create = create;
  }

  get widthMs(): number {
    return this.#widthMs;
  }

  /** The bucket of a time; what lies before the origin counts as the origin. */
  at(ms: number): T {
    const time = Math.max(0, ms);
    while (time >= this.#most * this.#widthMs) this.#double();
    const index = Math.floor(time / this.#widthMs);
    const known = this.#buckets[index];
    if (known !== undefined) return known;
    const created = this.#create();
    this.#buckets[index] = created;
    return created;
  }

  /** All buckets from the origin to the last one that was used, empty ones between them too. */
  list(): Bucket<T>[] {
    return Array.from({ length: this.#buckets.length }, (_, index) => ({
      fromMs: index * this.#widthMs,
      value: this.#buckets[index] ?? this.#create(),
    }));
  }

  #double(): void {
    const old = this.#buckets;
    this.#widthMs *= 2;
    this.#buckets = [];
    for (let index = 0; index < old.length; index += 2) {
      const [first, second] = [old[index], old[index + 1]];
      if (first !== undefined && second !== undefined) first.add(second);
      const merged = first ?? second;
      if (merged !== undefined) this.#buckets[index / 2] = merged;
    }
  }
}
