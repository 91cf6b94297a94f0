/** Counters of one time span. The counters of another span can be added to them. */
export interface Mergeable<T> {
  add(other: T): void;
}

export interface Bucket<T> {
  /** Start of the bucket, in milliseconds since the origin. */
  readonly fromMs: number;
  readonly value: T;
}

/**
 * Divides time into buckets of equal width. The width doubles when there would be more than `most` buckets.
 * So one pass over a run of any length needs limited memory.
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

  /** Returns the bucket of a time. A time before the origin counts as the origin. */
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

  /** Returns all buckets from the origin to the last used one, including empty buckets. */
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
